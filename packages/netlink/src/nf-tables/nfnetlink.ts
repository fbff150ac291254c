/**
 * The frame of all netfilter messages: which subsystem, which address family (`include/uapi/linux/netfilter/nfnetlink.h`).
 *
 * @module
 */
import { type Codec, MalformedError } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import type { Message } from '../message.ts';

export const subsystem = { conntrack: 1, log: 4, nfTables: 10 } as const;

/** As nft names families. */
export const familyNumbers = { inet: 1, ip: 2, arp: 3, netdev: 5, bridge: 7, ip6: 10 } as const;
export type NetfilterFamily = keyof typeof familyNumbers;

/** Before the attributes. */
export const familyHeader = 4;

export interface Request<T> {
  /** Subsystem and message together. */
  readonly type: number;
  readonly flags: number;
  readonly family: number;
  /** Zero but for batches, where it is the subsystem. */
  readonly resource?: number;
  readonly codec: Codec<T>;
  readonly values: T;
}

/** Appends a message. Where it begins. */
export const writeRequest = <T>(to: Writer, sequence: number, { type, flags, family, resource = 0, codec, values }: Request<T>): number => {
  const at = to.beginMessage(type, flags, sequence);
  to.u8(family);
  to.u8(0);
  to.u16be(resource);
  codec.write(to, values);
  to.endMessage(at);
  return at;
};

export const requestOf = <T>(sequence: number, request: Request<T>): Writer => {
  const writer = new Writer(512);
  writeRequest(writer, sequence, request);
  return writer;
};

/** Throws where there is less than the frame. */
export const checkFrame = ({ start, end }: Message): void => {
  if (end - start < familyHeader) throw new MalformedError(`a netfilter message of ${end - start} bytes`);
};

/** The attributes of an answer. */
export const contentOf = <T>(message: Message, codec: Codec<T>): T => {
  checkFrame(message);
  return codec.read(message.buffer, message.start + familyHeader, message.end);
};

const namesByNumber = new Map<number, NetfilterFamily>(Object.entries(familyNumbers).map(([name, number]) => [number, name as NetfilterFamily]));

/** Undefined: a family that nft does not know. */
export const familyOfMessage = (message: Message): NetfilterFamily | undefined => {
  checkFrame(message);
  return namesByNumber.get(message.buffer.readUInt8(message.start));
};
