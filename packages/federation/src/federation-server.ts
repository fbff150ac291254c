/**
 * Answers tRPC over WebSocket on connections that were already upgraded to TLS with a client certificate.
 *
 * @module
 */
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { appRouter } from './app-router.ts';
import type { FederationContext } from './federation-context.ts';

export interface FederationServer {
  /** For the `upgrade` event of the server that owns the port. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

const MAX_REQUEST_BYTES = 1024 * 1024;

/** `contextOf` throws when the caller's certificate does not say who it is. */
export const serveFederation = (contextOf: (request: IncomingMessage) => FederationContext): FederationServer => {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_REQUEST_BYTES });
  const handler = applyWSSHandler({
    wss: server,
    router: appRouter,
    createContext: ({ req }) => contextOf(req),
    keepAlive: { enabled: true, pingMs: 5000, pongWaitMs: 5000 },
  });
  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (client) => {
        // A peer that resets its connection must not end our process.
        client.on('error', () => client.terminate());
        server.emit('connection', client, request);
      }),
    close: () => {
      handler.broadcastReconnectNotification();
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
};
