/**
 * One end of a conversation of a protocol that Node has no sockets for: SCTP, in the style of streams; TCP the same way. Waits by looking.
 *
 * @module
 */
import { type Address, familyOf } from '@firsthop/netaddr';
import { setTimeout as delay } from 'node:timers/promises';
import { accept, bind, closeSocket, connect, linux, listen, openSocket, pendingError, pollNow, receive, send, setOption } from './libc.ts';
import type { NamespaceScope } from './namespace-scope.ts';
import { addressFamily, socketAddress } from './socket-address.ts';

const LOOK_EVERY_MS = 2;
const ONE = Buffer.from([1, 0, 0, 0]);
const protocols = { TCP: 0, SCTP: 132 } as const;

export type StreamProtocol = keyof typeof protocols;

export interface StreamPlace {
  readonly scope: NamespaceScope;
  /** `ip netns` name. */
  readonly namespace: string;
  readonly protocol: StreamProtocol;
}

const openIn = ({ scope, namespace, protocol }: StreamPlace, address: Address): number => scope.inside(namespace, () => openSocket(addressFamily(familyOf(address)), linux.SOCK_STREAM, protocols[protocol]));

/** What `look` finds within so many milliseconds. */
const within = async <T>(patience: number, look: () => T | undefined): Promise<T | undefined> => {
  for (const end = performance.now() + patience; ; await delay(LOOK_EVERY_MS)) {
    const found = look();
    if (found !== undefined || performance.now() >= end) return found;
  }
};

export class Stream {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Undefined: it was refused; what nobody answers is refused when patience is over. */
  static async connect(place: StreamPlace, ends: { readonly source: Address; readonly destination: Address; readonly port: number }, patience: number): Promise<Stream | undefined> {
    const fd = openIn(place, ends.source);
    bind(fd, socketAddress(ends.source, 0));
    const isRefused = connect(fd, socketAddress(ends.destination, ends.port)) !== 0;
    const isUp = isRefused ? false : await within(patience, () => (pollNow([{ fd, events: linux.POLLOUT }])[0] === 0 ? undefined : pendingError(fd) === 0));
    if (isUp === true) return new Stream(fd);
    closeSocket(fd);
    return undefined;
  }

  /** Whoever came to it first. */
  static async accepted(listener: StreamListener, patience: number): Promise<Stream | undefined> {
    const fd = await within(patience, () => accept(listener.fd));
    return fd === undefined ? undefined : new Stream(fd);
  }

  /** False where the conversation is known to be over. */
  say(text: string): boolean {
    return send(this.#fd, Buffer.from(text)) === 0;
  }

  /** What was said since, at once or within so many milliseconds; undefined: nothing. */
  async hears(patience: number): Promise<string | undefined> {
    return within(patience, () => {
      const got = receive(this.#fd);
      return 'payload' in got && got.payload.length > 0 ? got.payload.toString() : undefined;
    });
  }

  close(): void {
    closeSocket(this.#fd);
  }
}

export class StreamListener {
  readonly fd: number;

  /** Throws where the kernel does not know the protocol. */
  constructor(place: StreamPlace, address: Address, port: number) {
    this.fd = openIn(place, address);
    setOption(this.fd, linux.SOL_SOCKET, linux.SO_REUSEADDR, ONE);
    bind(this.fd, socketAddress(address, port));
    listen(this.fd);
  }

  close(): void {
    closeSocket(this.fd);
  }
}
