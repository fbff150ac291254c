/**
 * The table of connections of a namespace: read it, and end what should not go on.
 *
 * The table may hold hundreds of thousands, and changes all the time. So it is read in slices of a few milliseconds with the event loop in between,
 * each time from a socket of its own, and is not of one moment: a connection that lives through the whole reading is in it, others may be.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messagesIn, messageType } from '../message.ts';
import { errorIn, KernelError } from '../socket/kernel-error.ts';
import { errnos } from '../socket/libc.ts';
import { NetlinkSocket, netlinkProtocol, type SocketOptions } from '../socket/netlink-socket.ts';
import type { ConntrackEntry, EntryKey } from './entry.ts';
import { deleteRequest, dumpRequest, readConnection } from './messages.ts';

/** Milliseconds. */
const longestSlice = 4;

export class Conntrack {
  readonly #options: SocketOptions;
  readonly #socket: NetlinkSocket;

  /** Throws a `KernelError` where the namespace cannot be entered. */
  constructor(options: SocketOptions = {}) {
    this.#options = options;
    this.#socket = new NetlinkSocket(netlinkProtocol.netfilter, options);
  }

  close(): void {
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** All connections, IPv4 and IPv6. Throws a `KernelError` where the kernel breaks off. */
  async *entries(): AsyncGenerator<ConntrackEntry, void, undefined> {
    for await (const part of this.#parts()) yield* part;
  }

  /**
   * Ends this connection and no other: of the same tuple and zone there may be another one by now, and that one stays. False: it had ended already.
   * What its packets do next is for the ruleset to say; the table takes them for a new connection.
   */
  delete(key: EntryKey): boolean {
    const sequence = this.#socket.nextSequence();
    try {
      this.#socket.request(deleteRequest(sequence, key), sequence, () => undefined);
      return true;
    } catch (error) {
      if (error instanceof KernelError && error.errno === errnos.ENOENT) return false;
      throw error;
    }
  }

  /** Ends each connection for which `matches` holds. How many there were that had not ended by themselves. */
  async deleteWhere(matches: (entry: ConntrackEntry) => boolean): Promise<number> {
    let count = 0;
    for await (const part of this.#parts()) for (const entry of part) if (matches(entry) && this.delete(entry)) count++;
    return count;
  }

  /** Whoever takes a part spends the time of the slice too. */
  async *#parts(): AsyncGenerator<readonly ConntrackEntry[], void, undefined> {
    const socket = new NetlinkSocket(netlinkProtocol.netfilter, this.#options);
    try {
      socket.send(dumpRequest(socket.nextSequence()).bytes());
      let sliceEnds = performance.now() + longestSlice;
      for (let isLast = false; !isLast; ) {
        const part = partIn(socket.datagram());
        ({ isLast } = part);
        yield part.entries;
        if (performance.now() < sliceEnds) continue;
        await nextTurn();
        sliceEnds = performance.now() + longestSlice;
      }
    } finally {
      socket.close();
    }
  }
}

const partIn = (datagram: Buffer | undefined): { readonly entries: readonly ConntrackEntry[]; readonly isLast: boolean } => {
  if (datagram === undefined) throw new KernelError(errnos.EAGAIN, { explanation: 'the kernel did not go on with the table of connections' });
  const entries: ConntrackEntry[] = [];
  for (const message of messagesIn(datagram)) {
    // Both begin with an error number, zero if there was none.
    if (message.type === messageType.done || message.type === messageType.error) {
      const error = errorIn(message);
      if (error !== undefined) throw error;
      return { entries, isLast: true };
    }
    const entry = readConnection(message);
    if (entry !== undefined) entries.push(entry);
  }
  return { entries, isLast: false };
};
