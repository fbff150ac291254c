/**
 * Netlink messages: a header of 16 bytes, then what the family makes of it (`include/uapi/linux/netlink.h`).
 *
 * @module
 */
import { MalformedError } from './attributes/codec.ts';
import { aligned } from './attributes/writer.ts';

export const messageType = { error: 2, done: 3, overrun: 4 } as const;

export const messageFlag = {
  request: 0x1,
  multi: 0x2,
  ack: 0x4,
  /** The dump is not of one moment: something changed while it was read. */
  dumpInterrupted: 0x10,
  dump: 0x300,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  append: 0x800,
  /** Of an error: the request is not quoted in it. */
  capped: 0x100,
  /** Of an error: attributes follow. */
  explained: 0x200,
} as const;

/** Of a message in a buffer. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly buffer: Buffer;
  /** Of its content. */
  readonly start: number;
  readonly end: number;
}

export const headerSize = 16;

/** Those of one datagram. */
export function* messagesIn(buffer: Buffer): Generator<Message> {
  for (let at = 0; at + headerSize <= buffer.length; ) {
    const length = buffer.readUInt32LE(at);
    if (length < headerSize || at + length > buffer.length) throw new MalformedError(`a message of ${length} bytes in ${buffer.length - at}`);
    yield { type: buffer.readUInt16LE(at + 4), flags: buffer.readUInt16LE(at + 6), sequence: buffer.readUInt32LE(at + 8), buffer, start: at + headerSize, end: at + length };
    at += aligned(length);
  }
}
