/**
 * A simulated machine's Unix socket, on which its agent runs `nft` and reads the links.
 *
 * @module
 */
import { formatAddress } from '@firsthop/netaddr';
import type { SimulatedMachine } from '@firsthop/simkernel';
import { chmodSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';

const MOST_BYTES = 256 * 1024 * 1024;

/** Links and host routes of a machine, in the form in which an agent takes them for its host's. */
const linksOf = ({ links }: SimulatedMachine): unknown => {
  const bridges = new Set(links.flatMap(({ bridge }) => bridge ?? []));
  return {
    links: [...links.map(({ device, bridge }) => ({ name: device, isUp: true, ...(bridge === undefined ? {} : { master: bridge }) })), ...[...bridges].map((name) => ({ name, isUp: true }))],
    direct: links.flatMap(({ device, bridge, addresses }) => addresses.map((address) => [formatAddress(address), bridge ?? device])),
    bridgeNetfilter: { 4: true, 6: true },
  };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += String(part);
    if (text.length > MOST_BYTES) throw new Error('the batch is too long');
  }
  return text;
};

export const serveMachine = (machine: SimulatedMachine, socketPath: string): Promise<Server> => {
  const answerTo = async (request: IncomingMessage): Promise<unknown> => {
    if (request.url === '/links') return linksOf(machine);
    if (request.url !== '/nft' || request.method !== 'POST') return undefined;
    const { args, input } = JSON.parse(await bodyOf(request)) as { readonly args: readonly string[]; readonly input: string };
    return machine.nft.run(args, input);
  };
  const server = createServer((request, response) => {
    const answer = (code: number, body: unknown): void => void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    answerTo(request).then(
      (body) => (body === undefined ? answer(404, { error: 'ask for GET /links or POST /nft' }) : answer(200, body)),
      (error: unknown) => answer(400, { error: String(error) }),
    );
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(socketPath, () => {
      chmodSync(socketPath, 0o600);
      resolve(server);
    });
  });
};
