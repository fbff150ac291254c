/**
 * A packet that a `log group` rule let us see (`include/uapi/linux/netfilter/nfnetlink_log.h`).
 *
 * @module
 */
import { attributes, bytes, type Codec, field, MalformedError, text, u16be, u32be, type Values } from '../attributes/codec.ts';
import type { Message } from '../message.ts';
import { checkFrame, contentOf, subsystem } from '../nf-tables/nfnetlink.ts';

/** `etherType`: 0x800 for IPv4, 0x86dd for IPv6. `hook`: of `hookNumber`. */
export interface PacketHeader {
  readonly etherType: number;
  readonly hook: number;
}

const header: Codec<PacketHeader> = {
  isNested: false,
  write: (to, { etherType, hook }) => {
    to.u16be(etherType);
    to.u8(hook);
    to.u8(0);
  },
  read: (from, start, end) => {
    if (end - start < 3) throw new MalformedError(`a packet header of ${end - start} bytes`);
    return { etherType: from.readUInt16BE(start), hook: from.readUInt8(start + 2) };
  },
};

/** Nanoseconds since 1970, of which the kernel tells microseconds. */
const time: Codec<bigint> = {
  isNested: false,
  write: (to, value) => {
    to.u64be(value / 1_000_000_000n);
    to.u64be((value % 1_000_000_000n) / 1000n);
  },
  read: (from, start, end) => {
    if (end - start < 16) throw new MalformedError(`a time of ${end - start} bytes`);
    return from.readBigUInt64BE(start) * 1_000_000_000n + from.readBigUInt64BE(start + 8) * 1000n;
  },
};

const longestHardwareAddress = 8;

const hardwareAddress: Codec<Buffer> = {
  isNested: false,
  write: (to, value) => {
    to.u16be(value.length);
    to.u16be(0);
    to.raw(value);
    to.raw(Buffer.alloc(longestHardwareAddress - value.length));
  },
  read: (from, start, end) => {
    const length = end - start < 4 ? Number.NaN : from.readUInt16BE(start);
    if (!(length <= longestHardwareAddress && length <= end - start - 4)) throw new MalformedError(`a hardware address of ${length} bytes in ${end - start}`);
    return Buffer.from(from.subarray(start + 4, start + 4 + length));
  },
};

const fields = {
  header: field(1, header),
  mark: field(2, u32be),
  /** When it came in; packets that were made here have none. */
  time: field(3, time),
  /** Indexes of interfaces in the namespace of the rule. */
  inDevice: field(4, u32be),
  outDevice: field(5, u32be),
  /** The ports of a bridge behind these. */
  physicalInDevice: field(6, u32be),
  physicalOutDevice: field(7, u32be),
  /** Of the sender, on the link. */
  hardwareAddress: field(8, hardwareAddress),
  /** From the network header on, as much as rule and group wanted to have. */
  payload: field(9, bytes),
  /** As the rule says. */
  prefix: field(10, text),
  /** Who made it, if it was made here. */
  uid: field(11, u32be),
  gid: field(14, u32be),
  /** Among the packets of this group, from 0. */
  sequence: field(12, u32be),
  /** Among the packets of all groups of the namespace, from 1. */
  globalSequence: field(13, u32be),
  hardwareType: field(15, u16be),
  hardwareHeader: field(16, bytes),
};

export const packetAttributes = attributes(fields);

/** Absent is what the packet does not have. */
export interface LogPacket extends Omit<Values<typeof fields>, 'payload' | 'prefix'> {
  /** 2: IPv4, 7: a bridge, 10: IPv6; of the rule's hook, not of its table. */
  readonly family: number;
  readonly group: number;
  readonly payload: Buffer;
  readonly prefix: string;
}

const packetMessage = 0;

/** Undefined: a message of another kind, as the one that ends a datagram of several packets. Throws a `MalformedError` where it is a packet and makes no sense. */
export const readLogPacket = (message: Message): LogPacket | undefined => {
  if (message.type !== ((subsystem.log << 8) | packetMessage)) return undefined;
  checkFrame(message);
  const { payload = Buffer.alloc(0), prefix = '', ...rest } = contentOf(message, packetAttributes);
  return { ...rest, payload, prefix, family: message.buffer.readUInt8(message.start), group: message.buffer.readUInt16BE(message.start + 2) };
};
