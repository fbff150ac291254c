/**
 * Dumps that miss nothing, of what the kernel reads in pieces.
 *
 * Of IPv6 routes, neighbours and bridges' entries the kernel remembers between two pieces (of 32 KiB) how many it has told, and goes on behind so
 * many. Where some of those went meanwhile it passes over others that stand; where some came it tells others twice; and it does not say so, as it
 * does of links and addresses. So somebody listens meanwhile, and what was disturbed is read again.
 *
 * @module
 */
import { KernelError } from '../socket/kernel-error.ts';
import { errnos } from '../socket/libc.ts';
import type { NetlinkSocket } from '../socket/netlink-socket.ts';

/** Few: tables of a router change all the time, and take long to read. */
const patience = 4;

export interface Reading<T> {
  /** Multicast group that tells of changes. */
  readonly group: number;
  readonly read: () => T[];
  /** Equal for what is the same thing, read twice. */
  readonly keyOf: (one: T) => string;
}

/**
 * What is listed while `listener` hears of nothing. Where that never happens, all that was listed in several attempts: some of it may be gone, but
 * what stood all the time is hardly passed over each time.
 */
export const undisturbed = <T>(listener: NetlinkSocket, { group, read, keyOf }: Reading<T>): T[] => {
  listener.join(group);
  try {
    // What came before, if it was left unread.
    isDisturbed(listener);
    const seen = new Map<string, T>();
    for (let i = 0; i < patience; i++) {
      const found = read();
      if (!isDisturbed(listener)) return found;
      for (const one of found) seen.set(keyOf(one), one);
    }
    return [...seen.values()];
  } finally {
    listener.leave(group);
  }
};

/** Whether anything came since this was asked last. */
const isDisturbed = (listener: NetlinkSocket): boolean => {
  try {
    return [...listener.received()].length > 0;
  } catch (error) {
    // More came than there was room for.
    if (error instanceof KernelError && error.errno === errnos.ENOBUFS) return true;
    throw error;
  }
};
