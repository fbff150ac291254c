/**
 * C structures: numbers at fixed places, in the host's order. The kernel puts them before attributes, and into some.
 *
 * @module
 */
import { type Codec, MalformedError } from './codec.ts';

interface Kind<T> {
  readonly write: (to: Buffer, value: T, at: number) => void;
  readonly read: (from: Buffer, at: number) => T;
}

const kinds = {
  u8: { write: (to, value, at) => void to.writeUInt8(value, at), read: (from, at) => from.readUInt8(at) } satisfies Kind<number>,
  u16: { write: (to, value, at) => void to.writeUInt16LE(value, at), read: (from, at) => from.readUInt16LE(at) } satisfies Kind<number>,
  u32: { write: (to, value, at) => void to.writeUInt32LE(value, at), read: (from, at) => from.readUInt32LE(at) } satisfies Kind<number>,
  s32: { write: (to, value, at) => void to.writeInt32LE(value, at), read: (from, at) => from.readInt32LE(at) } satisfies Kind<number>,
  u64: { write: (to, value, at) => void to.writeBigUInt64LE(value, at), read: (from, at) => from.readBigUInt64LE(at) } satisfies Kind<bigint>,
};

export type Layout = Readonly<Record<string, readonly [kind: keyof typeof kinds, offset: number]>>;

export type StructureOf<L extends Layout> = { readonly [K in keyof L]: L[K][0] extends 'u64' ? bigint : number };

/** `size` in bytes. Longer ones are read too: structures grow at their end. Places that the layout does not name are written as zeros. */
export const structure = <const L extends Layout>(size: number, layout: L): Codec<StructureOf<L>> => {
  const places = Object.entries(layout).map(([name, [kind, offset]]) => ({ name, offset, kind: kinds[kind] as Kind<number | bigint> }));
  return {
    isNested: false,
    write: (to, values) => {
      const bytes = Buffer.alloc(size);
      for (const { name, offset, kind } of places) kind.write(bytes, values[name] as number | bigint, offset);
      to.raw(bytes);
    },
    read: (from, start, end) => {
      if (end - start < size) throw new MalformedError(`a structure of ${size} bytes has ${end - start}`);
      const values: Record<string, number | bigint> = {};
      for (const { name, offset, kind } of places) values[name] = kind.read(from, start + offset);
      return values as StructureOf<L>;
    },
  };
};
