/**
 * A simulated kernel that another process holds (as the real one is held by the machine): the same `nft` text, sent over its
 * Unix socket. `POST /nft` with {args, input} answers {code, out, error}.
 *
 * @module
 */
import { request } from 'node:http';
import type { KernelPort } from './kernel-port.ts';
import { type NftAnswer, nftPort } from './nft-port.ts';

const PATIENCE_MS = 30_000;

export const simulatedPort = (socketPath: string): KernelPort => nftPort((args, input = '') => ask(socketPath, { args, input }));

const ask = (socketPath: string, body: object): Promise<NftAnswer> =>
  new Promise((resolve) => {
    const failed = (why: string): void => resolve({ code: 1, out: '', error: `the simulated kernel at ${socketPath} does not answer: ${why}` });
    const call = request({ socketPath, path: '/nft', method: 'POST', timeout: PATIENCE_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text) as NftAnswer) : failed(text)));
    });
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.on('error', (fault) => failed(fault.message));
    call.end(JSON.stringify(body));
  });
