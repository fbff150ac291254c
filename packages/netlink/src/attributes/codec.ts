/**
 * What attributes hold, described once for writing and reading, as the kernel's headers do (`include/uapi/linux/netlink.h`).
 *
 * A codec writes a value behind an attribute's header, and reads one from the bytes between `start` and `end`.
 *
 * @module
 */
import type { Writer } from './writer.ts';

export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

export interface Codec<T> {
  /** The kernel wants a mark on attributes that hold attributes. */
  readonly isNested: boolean;
  write(to: Writer, value: T): void;
  read(from: Buffer, start: number, end: number): T;
}

const fixed = <T>(size: number, write: (to: Writer, value: T) => void, read: (from: Buffer, at: number) => T): Codec<T> => ({
  isNested: false,
  write,
  read: (from, start, end) => {
    if (end - start < size) throw new MalformedError(`an attribute of ${size} bytes has ${end - start}`);
    return read(from, start);
  },
});

export const u8: Codec<number> = fixed(1, (to, value) => to.u8(value), (from, at) => from.readUInt8(at));
export const u16: Codec<number> = fixed(2, (to, value) => to.u16(value), (from, at) => from.readUInt16LE(at));
export const u16be: Codec<number> = fixed(2, (to, value) => to.u16be(value), (from, at) => from.readUInt16BE(at));
export const u32: Codec<number> = fixed(4, (to, value) => to.u32(value), (from, at) => from.readUInt32LE(at));
export const s32: Codec<number> = fixed(4, (to, value) => to.u32(value), (from, at) => from.readInt32LE(at));
export const u32be: Codec<number> = fixed(4, (to, value) => to.u32be(value), (from, at) => from.readUInt32BE(at));
/** Negative numbers as the kernel's `int`, in network order. */
export const s32be: Codec<number> = fixed(4, (to, value) => to.u32be(value), (from, at) => from.readInt32BE(at));
export const u64be: Codec<bigint> = fixed(8, (to, value) => to.u64be(value), (from, at) => from.readBigUInt64BE(at));
/** An IPv6 address, say. */
export const u128be: Codec<bigint> = fixed(
  16,
  (to, value) => {
    to.u64be(value >> 64n);
    to.u64be(BigInt.asUintN(64, value));
  },
  (from, at) => (from.readBigUInt64BE(at) << 64n) | from.readBigUInt64BE(at + 8),
);

/** Ends with a zero byte. */
export const text: Codec<string> = {
  isNested: false,
  write: (to, value) => {
    to.text(value);
    to.u8(0);
  },
  read: (from, start, end) => {
    const zero = from.indexOf(0, start);
    return from.toString('utf8', start, zero < 0 || zero > end ? end : zero);
  },
};

/** A copy: what was received is overwritten by what comes next. */
export const bytes: Codec<Buffer> = { isNested: false, write: (to, value) => to.raw(value), read: (from, start, end) => Buffer.from(from.subarray(start, end)) };

/** There or not; without content. */
export const flag: Codec<true> = { isNested: false, write: () => undefined, read: () => true };

export interface Field<T> {
  /** As the kernel numbers it. */
  readonly type: number;
  readonly codec: Codec<T>;
}

export const field = <T>(type: number, codec: Codec<T>): Field<T> => ({ type, codec });

export type Schema = Readonly<Record<string, Field<unknown>>>;

export type Values<S extends Schema> = { readonly [K in keyof S]?: (S[K] extends Field<infer T> ? T : never) | undefined };

const nestedMark = 0x8000;
const typeMask = 0x3fff;

const writeOne = <T>(to: Writer, { type, codec }: Field<T>, value: T): void => {
  const at = to.begin(codec.isNested ? type | nestedMark : type);
  codec.write(to, value);
  to.end(at);
};

/** Calls back for each attribute in these bytes; what is not one is a fault of the sender. */
export const eachAttribute = (from: Buffer, start: number, end: number, take: (type: number, start: number, end: number) => void): void => {
  for (let at = start; at + 4 <= end; ) {
    const length = from.readUInt16LE(at);
    if (length < 4 || at + length > end) throw new MalformedError(`an attribute of ${length} bytes in ${end - at}`);
    take(from.readUInt16LE(at + 2) & typeMask, at + 4, at + length);
    at += (length + 3) & ~3;
  }
};

/** Attributes by name. Those that the schema does not know are left out. */
export const attributes = <S extends Schema>(schema: S): Codec<Values<S>> => {
  const fields = Object.entries(schema);
  const byType = new Map(fields.map(([name, { type, codec }]) => [type, { name, codec }]));
  return {
    isNested: true,
    write: (to, values) => {
      for (const [name, one] of fields) {
        const value = values[name];
        if (value !== undefined) writeOne(to, one, value);
      }
    },
    read: (from, start, end) => {
      const values: Record<string, unknown> = {};
      eachAttribute(from, start, end, (type, first, last) => {
        const known = byType.get(type);
        if (known !== undefined) values[known.name] = known.codec.read(from, first, last);
      });
      return values as Values<S>;
    },
  };
};

/** A list, each item an attribute of this type. */
export const listOf = <T>(type: number, codec: Codec<T>): Codec<readonly T[]> => ({
  isNested: true,
  write: (to, items) => {
    for (const item of items) writeOne(to, { type, codec }, item);
  },
  read: (from, start, end) => {
    const items: T[] = [];
    eachAttribute(from, start, end, (found, first, last) => {
      if (found === type) items.push(codec.read(from, first, last));
    });
    return items;
  },
});
