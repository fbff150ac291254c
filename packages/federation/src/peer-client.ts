/**
 * A tRPC client over one mutually authenticated WebSocket. Reconnects by itself; subscriptions resume at the last event.
 *
 * @module
 */
import { createTRPCClient, createWSClient, type TRPCClient, type TRPCWebSocketClient, wsLink } from '@trpc/client';
import WebSocket, { type ClientOptions } from 'ws';
import type { PeerCertificate } from 'node:tls';
import type { AppRouter } from './app-router.ts';

export interface ClientTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface PeerClientOptions {
  /** `wss://host:port/api`. */
  readonly url: string;
  readonly tls: ClientTls;
  /** Looks at the server's certificate; an error ends the connection. The host name alone proves nothing. */
  readonly checkServer: (certificate: PeerCertificate) => Error | undefined;
  readonly onConnected?: (connected: boolean) => void;
  /** Why an attempt to connect failed; the next one comes by itself. */
  readonly onFault?: (reason: string) => void;
}

export interface PeerClient {
  readonly api: TRPCClient<AppRouter>;
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const RETRY_MS = { first: 50, most: 1000 };

export const connectPeerClient = (options: PeerClientOptions): PeerClient => {
  const socketOptions: ClientOptions = {
    ...options.tls,
    minVersion: 'TLSv1.3',
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handshakeTimeout: 5000,
    checkServerIdentity: ((_host: string, certificate: PeerCertificate) => options.checkServer(certificate)) as unknown as NonNullable<ClientOptions['checkServerIdentity']>,
  };
  class PeerSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url, socketOptions);
      this.on('error', ({ message }) => options.onFault?.(message));
    }
  }
  const client: TRPCWebSocketClient = createWSClient({
    url: options.url,
    WebSocket: PeerSocket as unknown as typeof globalThis.WebSocket,
    // Jittered, so that peers of a restarted manager do not come back all at once.
    retryDelayMs: (attempt) => Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** attempt) * (0.5 + Math.random() / 2),
    keepAlive: { enabled: true, intervalMs: 5000, pongTimeoutMs: 5000 },
    onOpen: () => options.onConnected?.(true),
    onClose: () => options.onConnected?.(false),
  });
  return { api: createTRPCClient<AppRouter>({ links: [wsLink({ client })] }), close: () => Promise.resolve(client.close()).then(() => undefined) };
};
