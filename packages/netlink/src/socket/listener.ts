/**
 * What comes by itself: multicast groups, and what the kernel sends to a socket that asked for it.
 *
 * A turn takes a few milliseconds at most, and then lets others have the event loop. What is not read yet waits in the kernel, in `receiveRoom`
 * bytes; what has no room there is dropped by the kernel, which says so and counts it. There is no other queue.
 *
 * @module
 */
import { MalformedError } from '../attributes/codec.ts';
import type { Writer } from '../attributes/writer.ts';
import { type Message, messagesIn } from '../message.ts';
import { KernelError } from './kernel-error.ts';
import { errnos } from './libc.ts';
import { NetlinkSocket, type SocketOptions } from './netlink-socket.ts';
import { Readiness } from './readiness.ts';

export interface Overrun {
  /** Datagrams that the kernel dropped since the last overrun. Zero: some were lost, and it does not know how many. */
  readonly datagrams: number;
}

export interface ListenerOptions extends SocketOptions {
  /** Multicast groups to join. */
  readonly groups?: readonly number[];
  /** Good until it returns: what it wants to keep it must copy. What it throws comes to `onError`, and listening goes on. */
  readonly onMessage: (message: Message) => void;
  /** Something was lost; listening goes on. */
  readonly onOverrun: (overrun: Overrun) => void;
  /** Something that came was no message, or a handler failed: listening goes on. A `KernelError`: the socket is at its end, and closed. */
  readonly onError: (error: Error) => void;
  /** The process stays as long as this is open. It does not otherwise. */
  readonly keepsProcess?: boolean;
}

/** Milliseconds that one turn takes of the event loop, but for the datagram that it is at. */
const longestTurn = 4;

export class Listener {
  readonly #socket: NetlinkSocket;
  readonly #options: ListenerOptions;
  readonly #readiness: Readiness;
  #dropped = 0;
  #isOpen = true;

  /** Throws a `KernelError` where the namespace cannot be entered or a group not be joined, and an error in a worker thread. `protocol`: of `netlinkProtocol`. */
  constructor(protocol: number, options: ListenerOptions) {
    this.#options = options;
    this.#socket = new NetlinkSocket(protocol, options);
    try {
      for (const group of options.groups ?? []) this.#socket.join(group);
      this.#readiness = new Readiness(this.#socket.descriptor, options.keepsProcess ?? false, () => this.#turn());
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** Sends a request from the socket that listens, and waits for its acknowledgement: nothing of what comes meanwhile is lost. Throws what the kernel has against it. */
  request(write: (sequence: number) => Writer): void {
    const sequence = this.#socket.nextSequence();
    this.#socket.request(write(sequence), sequence, () => undefined, (message) => this.#handOut(message));
  }

  /** At once: nothing is handed out any more. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#readiness.close();
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #turn(): void {
    const end = performance.now() + longestTurn;
    do {
      if (!this.#readOne()) return;
    } while (this.#isOpen && performance.now() < end);
  }

  /** Whether there may be more. */
  #readOne(): boolean {
    try {
      const datagram = this.#socket.datagram();
      if (datagram === undefined) this.#countDrops(false);
      else for (const message of messagesIn(datagram)) this.#handOut(message);
      return datagram !== undefined;
    } catch (error) {
      if (!(error instanceof KernelError || error instanceof MalformedError)) throw error;
      return this.#goesOnAfter(error);
    }
  }

  #handOut(message: Message): void {
    if (this.#isOpen) this.#guard(() => this.#options.onMessage(message));
  }

  /** A fault of one handler is told to another. Where that one fails too, it is a bug, and surfaces as one. */
  #guard(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.#options.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #goesOnAfter(error: KernelError | MalformedError): boolean {
    const isOverrun = error instanceof KernelError && error.errno === errnos.ENOBUFS;
    if (isOverrun) this.#countDrops(true);
    const isEnd = error instanceof KernelError && !isOverrun;
    if (isEnd) this.close();
    if (!isOverrun) this.#options.onError(error);
    return !isEnd;
  }

  /** The kernel says once that there was no room, and then drops everything until all that waits has been read: the sum is known only then. */
  #countDrops(isSure: boolean): void {
    const dropped = this.#socket.dropped();
    const datagrams = (dropped - this.#dropped) >>> 0;
    this.#dropped = dropped;
    if (isSure || datagrams > 0) this.#guard(() => this.#options.onOverrun({ datagrams }));
  }
}
