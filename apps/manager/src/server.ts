/**
 * The one TLS port: agents, federation, health. Nobody gets past the handshake without a certificate of our authority.
 *
 * @module
 */
import type { FederationServer } from '@firsthop/federation';
import type { AgentServer } from '@firsthop/transport';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ServerOptions {
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly agents: AgentServer;
  readonly federation: FederationServer;
  readonly isReady: () => boolean;
}

export const createManagerServer = ({ tls, agents, federation, isReady }: ServerOptions): Server => {
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3', handshakeTimeout: 5000, headersTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 16_384 }, (request, response) => {
    const health: Record<string, boolean> = { '/healthz': true, '/readyz': isReady() };
    const state = Object.hasOwn(health, request.url ?? '') ? health[request.url ?? ''] : undefined;
    response.writeHead(state === undefined ? 404 : state ? 200 : 503, { 'content-type': 'text/plain' }).end(state === undefined ? 'not here\n' : state ? 'ok\n' : 'not ready\n');
  });
  server.maxHeadersCount = 100;
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?')[0];
    if (path === '/agent') agents.upgrade(request, socket, head);
    else if (path === '/api') federation.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  });
  return server;
};

export const listen = (server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
