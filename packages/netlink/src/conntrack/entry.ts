/**
 * One connection as the kernel tracks it (`include/uapi/linux/netfilter/nfnetlink_conntrack.h`).
 *
 * @module
 */
import { attributes, bytes, type Codec, field, MalformedError, text, u16be, u32be, u64be, u8, type Values } from '../attributes/codec.ts';
import { type Tuple, tuple } from './tuple.ts';

const counters = attributes({ packets: field(1, u64be), bytes: field(2, u64be) });
const times = attributes({ start: field(1, u64be), stop: field(2, u64be) });
const state = attributes({ state: field(1, u8) });
/** Two bytes: what holds, and which of that is to be changed. The kernel fills in the first one only. */
const trackingFlags: Codec<number> = { isNested: false, write: (to, value) => to.raw(Buffer.from([value, 0xff])), read: u8.read };
const tcp = attributes({ state: field(1, u8), originalFlags: field(4, trackingFlags), replyFlags: field(5, trackingFlags) });
/** Flags: bits of `tcpTracking`, of either side. */
const protocolState = attributes({ tcp: field(1, tcp), sctp: field(3, state) });
const helper = attributes({ name: field(1, text) });

const fields = {
  original: field(1, tuple),
  reply: field(2, tuple),
  /** Bits of `connectionStatus`. */
  status: field(3, u32be),
  protocolState: field(4, protocolState),
  helper: field(5, helper),
  /** Seconds until it is forgotten, unless a packet comes; of one that was deleted, what was left. */
  timeout: field(7, u32be),
  mark: field(8, u32be),
  /** Where the namespace counts (`nf_conntrack_acct`). */
  originalCounters: field(9, counters),
  replyCounters: field(10, counters),
  id: field(12, u32be),
  /** Of the connection that this one belongs to, for protocols of several connections. */
  master: field(14, tuple),
  zone: field(18, u16be),
  /** Nanoseconds since 1970, where the namespace keeps them (`nf_conntrack_timestamp`). */
  times: field(20, times),
  /** 128 bits, in the host's order. */
  labels: field(22, bytes),
  /** Of an event: when it happened, nanoseconds since 1970. Newer kernels say it, where the namespace keeps times. */
  happenedAt: field(27, u64be),
};

const raw = attributes(fields);
type Raw = Values<typeof fields>;

/** Absent is what the kernel did not say, or does not keep. A mark or a zone that it does not name is zero. */
export interface ConntrackEntry extends Omit<Raw, 'original' | 'reply' | 'id' | 'mark' | 'zone'> {
  /** As its first packet looked before any address was translated. */
  readonly original: Tuple;
  /** As the packets of its answer look when they come in. */
  readonly reply: Tuple;
  /** Another connection that takes the same tuple later has another one. */
  readonly id: number;
  readonly mark: number;
  readonly zone: number;
}

export const connectionEntry: Codec<ConntrackEntry> = {
  isNested: true,
  // The kernel does not name a zone or a mark of zero either.
  write: (to, value) => raw.write(to, { ...value, zone: value.zone === 0 ? undefined : value.zone, mark: value.mark === 0 ? undefined : value.mark }),
  read: (from, start, end) => {
    const { original, reply, id, mark = 0, zone = 0, ...rest } = raw.read(from, start, end);
    if (original === undefined || reply === undefined || id === undefined) throw new MalformedError('a connection without its tuples or its id');
    return { ...rest, original, reply, id, mark, zone };
  },
};

/** What names one entry and no other. */
export type EntryKey = Pick<ConntrackEntry, 'original' | 'zone' | 'id'>;

export const entryKey: Codec<EntryKey> = {
  isNested: true,
  write: (to, { original, zone, id }) => raw.write(to, { original, zone: zone === 0 ? undefined : zone, id }),
  read: connectionEntry.read,
};

export const connectionStatus = { expected: 0x1, seenReply: 0x2, assured: 0x4, confirmed: 0x8, sourceNat: 0x10, destinationNat: 0x20, dying: 0x200, fixedTimeout: 0x400 } as const;

export const tcpState = { none: 0, synSent: 1, synReceived: 2, established: 3, finWait: 4, closeWait: 5, lastAck: 6, timeWait: 7, close: 8, synSent2: 9 } as const;

/** How a side of TCP is tracked (`IP_CT_TCP_FLAG_*`). `lenient`: packets outside of its window are not held against it, because its handshake was not heard. */
export const tcpTracking = { windowScaling: 0x01, selectiveAcknowledgement: 0x02, closing: 0x04, lenient: 0x08 } as const;
