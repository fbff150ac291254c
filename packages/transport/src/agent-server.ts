/**
 * The manager's end: WebSockets over mutual TLS, one session per agent. A slow, stalled or hostile agent is cut and costs
 * the others nothing: bounded frames, bounded buffers, heartbeats, a bounded number of connections.
 *
 * @module
 */
import { type Identity, identityOfCertificate } from '@firsthop/trust';
import { MAX_AGENT_FRAME, type SessionAction } from '@firsthop/wire';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { Allowance, type AllowanceBounds } from './allowance.ts';
import { Heartbeat } from './heartbeat.ts';
import { readPaced } from './read-paced.ts';
import { sendFrame } from './send-frame.ts';
import { Turnstile } from './turnstile.ts';

/** The state machine behind one connection. */
export interface ServerSession {
  receive(text: string): readonly SessionAction[];
  planChanged(): readonly SessionAction[];
  /** It asked for a place in the queue, and its turn has come. */
  sendWhole(): readonly SessionAction[];
}

export interface AgentServerOptions {
  /** Who may connect as what; a text refuses, and is logged. */
  readonly accept: (identity: Identity) => ServerSession | string;
  readonly onConnection: (node: string, connected: boolean, reason?: string) => void;
  readonly maxConnections?: number;
  readonly heartbeatMs?: number;
  /** Bytes that may wait for one agent before it is cut. */
  readonly maxBuffered?: number;
  /** Whole plans under way at a time: each is in memory until its agent has read it. */
  readonly maxWhole?: number;
  /** Messages of one agent. Who says more is read more slowly. */
  readonly allowance?: AllowanceBounds;
}

/** An agent answers each change that it is sent, and is sent the next one when it has answered. */
const usualAllowance: AllowanceBounds = { atOnce: 20, perSecond: 50 };

interface Connected {
  readonly socket: WebSocket;
  readonly session: ServerSession;
  readonly node: string;
  alive: boolean;
}

export class AgentServer {
  readonly #options: AgentServerOptions;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_AGENT_FRAME });
  /** By node: the newest connection wins, the older one is cut. */
  readonly #connected = new Map<string, Connected>();
  readonly #heart: Heartbeat<Connected>;
  readonly #wholes: Turnstile<Connected>;

  constructor(options: AgentServerOptions) {
    this.#options = options;
    this.#wholes = new Turnstile({ most: options.maxWhole ?? 32, patienceMs: 1000, onTurn: (connected) => this.#perform(connected, connected.session.sendWhole()) });
    this.#heart = new Heartbeat(options.heartbeatMs ?? 5000, { all: () => this.#connected.values(), size: () => this.#connected.size, each: (connected) => this.#beat(connected) });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const identity = identityOfCertificate((request.socket as TLSSocket).getPeerCertificate().subjectaltname);
    const tooMany = this.#connected.size >= (this.#options.maxConnections ?? 20_000);
    const session = !identity.ok ? identity.error : tooMany ? 'too many agents' : this.#options.accept(identity.value);
    if (typeof session === 'string' || !identity.ok) return refuse(socket, String(session));
    this.#server.handleUpgrade(request, socket, head, (client) => this.#attach(client, identity.value.name, session));
  }

  /** Tells every session that plans may have changed. */
  planChanged(nodes: Iterable<string>): void {
    for (const node of nodes) {
      const connected = this.#connected.get(node);
      if (connected !== undefined) this.#perform(connected, connected.session.planChanged());
    }
  }

  isConnected(node: string): boolean {
    return this.#connected.has(node);
  }

  close(): void {
    this.#heart.stop();
    this.#wholes.close();
    for (const { socket } of this.#connected.values()) socket.terminate();
    this.#server.close();
  }

  #attach(socket: WebSocket, node: string, session: ServerSession): void {
    const connected: Connected = { socket, session, node, alive: true };
    this.#connected.get(node)?.socket.terminate();
    this.#connected.set(node, connected);
    this.#options.onConnection(node, true);
    socket.on('pong', () => (connected.alive = true));
    readPaced(socket, new Allowance(this.#options.allowance ?? usualAllowance, performance.now()), (data, isBinary) => {
      connected.alive = true;
      if (isBinary) return this.#cut(connected, 'a binary message');
      this.#perform(connected, session.receive(String(data)));
    });
    // A reset or an oversized frame ends this connection, not the process.
    socket.on('error', (error) => this.#cut(connected, error.message));
    socket.on('close', () => this.#detach(connected, 'closed'));
  }

  #perform(connected: Connected, actions: readonly SessionAction[]): void {
    for (const action of actions) {
      if (action.do === 'close') return this.#cut(connected, action.reason);
      if (action.do === 'queue') this.#wholes.enter(connected);
      // Its turn, if it is one, lasts until the kernel has taken it all.
      else sendFrame(connected.socket, Buffer.concat(action.frame), () => this.#wholes.leave(connected));
      if (connected.socket.bufferedAmount > (this.#options.maxBuffered ?? 128 * 1024 * 1024)) return this.#cut(connected, 'reads too slowly');
    }
  }

  #cut(connected: Connected, reason: string): void {
    connected.socket.terminate();
    this.#detach(connected, reason);
  }

  #detach(connected: Connected, reason: string): void {
    this.#wholes.leave(connected);
    if (this.#connected.get(connected.node) !== connected) return;
    this.#connected.delete(connected.node);
    this.#options.onConnection(connected.node, false, reason);
  }

  #beat(connected: Connected): void {
    if (!connected.alive) return this.#cut(connected, 'no heartbeat');
    connected.alive = false;
    connected.socket.ping();
  }
}

const refuse = (socket: Duplex, reason: string): void => {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${reason.replaceAll(/[^\x20-\x7e]/g, '?')}\n`);
};
