/**
 * How a log group is bound to a socket (`NFULNL_MSG_CONFIG`). Pure.
 *
 * @module
 */
import { attributes, type Codec, field, MalformedError, u16be, u32be, u8 } from '../attributes/codec.ts';
import type { Writer } from '../attributes/writer.ts';
import { messageFlag } from '../message.ts';
import { requestOf, subsystem } from '../nf-tables/nfnetlink.ts';

export interface GroupSettings {
  /** As rules name it. */
  readonly group: number;
  /** Bytes of each packet; a rule with `snaplen` may want fewer. 0xffff, as much as there can be, if not said. */
  readonly range?: number;
  /** Bytes that the kernel collects for a datagram, at most 128 KiB. Less than its own default (a page or two) is that default. */
  readonly datagramSize?: number;
  /** Packets that the kernel collects for a datagram: fewer system calls, and each comes later. 1 if not said: each at once. */
  readonly threshold?: number;
  /** Milliseconds after which it sends what it has, by steps of ten. */
  readonly longestDelay?: number;
}

interface CopyMode {
  readonly mode: number;
  readonly range: number;
}

const copyMode: Codec<CopyMode> = {
  isNested: false,
  write: (to, { mode, range }) => {
    to.u32be(range);
    to.u8(mode);
    to.u8(0);
  },
  read: (from, start, end) => {
    if (end - start < 5) throw new MalformedError(`a copy mode of ${end - start} bytes`);
    return { range: from.readUInt32BE(start), mode: from.readUInt8(start + 4) };
  },
};

export const groupAttributes = attributes({ command: field(1, u8), copy: field(2, copyMode), datagramSize: field(3, u32be), delay: field(4, u32be), threshold: field(5, u32be), flags: field(6, u16be) });

const configMessage = 1;
const bind = 1;
const copyPacket = 2;
/** Number the packets of the group, and those of all groups. */
const numbered = 0x1 | 0x2;
const wholePacket = 0xffff;
/** The kernel counts hundredths of a second. */
const kernelTick = 10;

const largestDatagram = 128 * 1024;

const checkSettings = ({ group, range = 0, datagramSize = 0 }: GroupSettings): void => {
  for (const [name, value, most] of [['group', group, 0xffff], ['range', range, wholePacket], ['datagramSize', datagramSize, largestDatagram]] as const) {
    if (!Number.isInteger(value) || value < 0 || value > most) throw new RangeError(`${name} ${value}: from 0 to ${most}`);
  }
};

/** All in one message: no packet is logged by a group that is set up by half. Throws a `RangeError` for what the kernel would ignore without a word. */
export const bindRequest = (sequence: number, settings: GroupSettings): Writer => {
  checkSettings(settings);
  const { group, range = wholePacket, datagramSize, threshold = 1, longestDelay } = settings;
  return requestOf(sequence, {
    type: (subsystem.log << 8) | configMessage,
    flags: messageFlag.request | messageFlag.ack,
    family: 0,
    resource: group,
    codec: groupAttributes,
    values: { command: bind, copy: { mode: copyPacket, range }, datagramSize, threshold, delay: longestDelay === undefined ? undefined : Math.max(1, Math.ceil(longestDelay / kernelTick)), flags: numbered },
  });
};
