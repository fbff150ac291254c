/**
 * The agent's end: one WebSocket over mutual TLS to any of the managers, kept up for ever. It never gives up and never
 * hurries: a manager that is back is found within about a second, and thousands of agents do not come all at once.
 *
 * @module
 */
import { identityOfCertificate } from '@firsthop/trust';
import { MAX_FRAME } from '@firsthop/wire';
import { createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket, { type ClientOptions } from 'ws';
import { ManagerChoice, REMEMBERED_MS } from './manager-choice.ts';

export interface LinkTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface AgentLinkOptions {
  /** `wss://host:port/agent`, tried in turn, in an order that is this agent's own. */
  readonly urls: readonly string[];
  readonly cluster: string;
  /** Of this agent: who has another name tries the managers in another order. */
  readonly node: string;
  readonly tls: LinkTls;
  /** First message of a connection. */
  readonly hello: () => string;
  /** Returns what to do about it: answers to send, or a reason to leave this manager. `lag`: a reason to leave it if another one may be further. */
  readonly receive: (frame: Uint8Array) => { readonly send: readonly string[]; readonly leave?: string | undefined; readonly lag?: string | undefined };
  readonly onState: (connected: boolean, why: string) => void;
  readonly heartbeatMs?: number;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 800;

export class AgentLink {
  readonly #options: AgentLinkOptions;
  /** Made once: to read a key costs more than all else that an attempt takes. */
  readonly #secure: SecureContext;
  readonly #choice: ManagerChoice;
  #socket: WebSocket | undefined;

  constructor(options: AgentLinkOptions) {
    this.#options = options;
    this.#choice = new ManagerChoice(options.node, options.urls);
    this.#secure = createSecureContext({ ...options.tls, minVersion: 'TLSv1.3' });
  }

  /** False: nobody is there; what matters will be said again at the next hello. */
  send(text: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let retry = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const wasGood = await this.#connect(this.#choice.next(), signal);
      if (!wasGood) this.#choice.wasUseless(performance.now());
      retry = wasGood ? FIRST_RETRY_MS : Math.min(LAST_RETRY_MS, retry * 2);
      await delay(retry * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection, until it ends; whether it was open, and was not left because of what was said on it: that would be said again. */
  #connect(url: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      let wasGood = false;
      let why = 'closed';
      const socket = new WebSocket(url, this.#socketOptions());
      let lagging: NodeJS.Timeout | undefined;
      const leave = (reason: string): void => {
        why = reason;
        wasGood = false;
        socket.terminate();
      };
      const stop = (): void => socket.terminate();
      signal.addEventListener('abort', stop, { once: true });
      const watchdog = this.#watch(socket);
      socket.on('open', () => {
        wasGood = true;
        this.#socket = socket;
        // Hello is the first word of a connection, whatever else somebody would say.
        socket.send(this.#options.hello());
        this.#options.onState(true, url);
      });
      socket.on('message', (data, isBinary) => {
        const { send, lag, ...said } = isBinary ? this.#options.receive(data as Buffer) : { send: [], lag: undefined, leave: 'a message of text' };
        for (const text of send) socket.send(text);
        clearInterval(lagging);
        if (said.leave !== undefined) leave(said.leave);
        else if (lag !== undefined) lagging = this.#leaveIfBetter(() => leave(lag));
      });
      socket.on('error', (error) => (why = error.message));
      socket.on('close', () => {
        clearInterval(watchdog);
        clearInterval(lagging);
        signal.removeEventListener('abort', stop);
        if (this.#socket === socket) this.#socket = undefined;
        this.#options.onState(false, why);
        resolve(wasGood);
      });
    });
  }

  /** Now, or when it is time to look at the others again; which goes on until it is ended. */
  #leaveIfBetter(leave: () => void): NodeJS.Timeout {
    const look = (): void => (this.#choice.isBetterElsewhere(performance.now()) ? leave() : undefined);
    const timer = setInterval(look, REMEMBERED_MS * (1 + Math.random()));
    timer.unref();
    look();
    return timer;
  }

  /** The manager pings; silence of three beats means that it is gone, whatever TCP believes. */
  #watch(socket: WebSocket): NodeJS.Timeout {
    const beat = this.#options.heartbeatMs ?? 5000;
    let heard = Date.now();
    for (const event of ['open', 'ping', 'message']) socket.on(event, () => (heard = Date.now()));
    const timer = setInterval(() => (Date.now() - heard > 3 * beat ? socket.terminate() : undefined), beat);
    timer.unref();
    return timer;
  }

  #socketOptions(): ClientOptions & { readonly secureContext: SecureContext } {
    return {
      secureContext: this.#secure,
      perMessageDeflate: false,
      maxPayload: MAX_FRAME,
      handshakeTimeout: 5000,
      checkServerIdentity: ((_host: string, certificate: PeerCertificate) => this.#distrust(certificate)) as unknown as NonNullable<ClientOptions['checkServerIdentity']>,
    };
  }

  #distrust(certificate: PeerCertificate): Error | undefined {
    const identity = identityOfCertificate(certificate.subjectaltname);
    if (!identity.ok) return new Error(identity.error);
    const { role, cluster } = identity.value;
    return role === 'manager' && cluster === this.#options.cluster ? undefined : new Error(`expected a manager of cluster ${this.#options.cluster}, found a ${role} of ${cluster}`);
  }
}
