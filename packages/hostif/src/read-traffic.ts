/**
 * What each interface of this host itself says that it has moved.
 *
 * @module
 */
import { Rtnetlink, type SocketOptions } from '@firsthop/netlink';

export interface Moved {
  readonly packets: number;
  readonly bytes: number;
  /** Of them: that were taken off before any hook saw them, as far as anybody counts them. */
  readonly dropped: number;
}

/** Since the interface was made. */
export interface LinkTraffic {
  /** Another interface of the same name has another one. */
  readonly index: number;
  readonly in: Moved;
  readonly out: Moved;
  /** Somebody's filters look at its packets, and may drop any number of them rightly. */
  readonly hasFilters: boolean;
}

const filtering: ReadonlySet<string> = new Set(['clsact', 'ingress']);

/** By name. Throws `KernelError` where the kernel does not answer. `namespace`: another than our own. */
export const readTraffic = (options: Pick<SocketOptions, 'namespace'> = {}): ReadonlyMap<string, LinkTraffic> => {
  const kernel = new Rtnetlink(options);
  try {
    const filters = new Map(kernel.queueing().flatMap(({ link, kind, drops }) => (filtering.has(kind) ? [[link, drops ?? 0] as const] : [])));
    return new Map(kernel.links().flatMap(({ index, name, statistics }): [string, LinkTraffic][] => {
      if (statistics === undefined) return [];
      const { receivedPackets, sentPackets, receivedBytes, sentBytes, receiveDrops } = statistics;
      return [[name, {
        index,
        in: { packets: Number(receivedPackets), bytes: Number(receivedBytes), dropped: Number(receiveDrops) + (filters.get(index) ?? 0) },
        // What is dropped on its way out is not counted as sent.
        out: { packets: Number(sentPackets), bytes: Number(sentBytes), dropped: 0 },
        hasFilters: filters.has(index),
      }]];
    }));
  } finally {
    kernel.close();
  }
};
