/**
 * The links of a simulated machine, which another process holds: `GET /links` on its Unix socket.
 *
 * @module
 */
import { type Address, parseAddress } from '@firsthop/netaddr';
import { request } from 'node:http';
import type { HostLinks, Link } from './host-links.ts';

const PATIENCE_MS = 5000;

interface Answer {
  readonly links: readonly Link[];
  /** Address and device. */
  readonly direct: readonly (readonly [string, string])[];
  readonly bridgeNetfilter: HostLinks['bridgeNetfilter'];
}

export const simulatedLinks = async (socketPath: string): Promise<HostLinks> => {
  const { links, direct, bridgeNetfilter } = JSON.parse(await get(socketPath, '/links')) as Answer;
  return { links: new Map(links.map((link) => [link.name, link])), direct: new Map(direct.map(([address, device]) => [addressOf(address), device])), bridgeNetfilter };
};

const addressOf = (text: string): Address => {
  const address = parseAddress(text);
  if (!address.ok) throw new Error(address.error);
  return address.value;
};

const get = (socketPath: string, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const call = request({ socketPath, path, timeout: PATIENCE_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    call.on('timeout', () => call.destroy(new Error(`the simulated machine at ${socketPath} does not answer`)));
    call.on('error', reject);
    call.end();
  });
