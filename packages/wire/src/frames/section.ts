/**
 * Sections of a frame: written, packed where that pays, and unpacked within bounds.
 *
 * @module
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { FRAME_VERSION, MAX_UNPACKED, SECTION_HEAD, type SectionKind, sectionKind } from './layout.ts';

/** Smaller ones grow by it, or as good as. */
const leastPacked = 1024;
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const headed = (kind: number, parts: readonly Uint8Array[]): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const bytes = new Uint8Array(SECTION_HEAD + length);
  bytes[0] = kind;
  new DataView(bytes.buffer).setUint32(1, length, true);
  let at = SECTION_HEAD;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
};

/** With its head. */
export const section = (kind: SectionKind, ...parts: readonly Uint8Array[]): Uint8Array => headed(kind, parts);

/** The same section, smaller if that pays, and if it is not packed already. */
export const packedSection = (plain: Uint8Array): Uint8Array => {
  if (plain.byteLength < leastPacked || plain[0] === sectionKind.packed) return plain;
  const packed = zstdCompressSync(plain.subarray(SECTION_HEAD), packing);
  // Its kind and its length stand in front of it as they stood in front of what it was.
  return packed.byteLength + 2 * SECTION_HEAD < plain.byteLength ? headed(sectionKind.packed, [plain.subarray(0, SECTION_HEAD), packed]) : plain;
};

export interface Section {
  readonly kind: number;
  readonly body: ByteReader;
}

const nameOf = (kind: number): string => Object.entries(sectionKind).find(([, number]) => number === kind)?.[0] ?? `kind ${kind}`;

const unpacked = (packed: Uint8Array, length: number, from: ByteReader): Uint8Array => {
  let bytes: Uint8Array;
  try {
    bytes = zstdDecompressSync(packed, { maxOutputLength: Math.max(1, length) });
  } catch {
    throw from.fault('what cannot be unpacked');
  }
  if (bytes.byteLength !== length) throw from.fault(`${bytes.byteLength} bytes unpacked, ${length} promised`);
  return bytes;
};

/** One after another. Throws a `FrameFault` where the frame is none. */
export function* sectionsOf(frame: Uint8Array): Generator<Section, undefined> {
  const from = new ByteReader(frame, 'a frame');
  const version = from.u8();
  if (version !== FRAME_VERSION) throw from.fault(`version ${version}, where ${FRAME_VERSION} is spoken`);
  let left = MAX_UNPACKED;
  while (!from.isAtEnd) {
    let kind = from.u8();
    let body = from.bytes(from.u32());
    if (kind === sectionKind.packed) {
      const inner = new ByteReader(body, 'a packed section');
      kind = inner.u8();
      const length = inner.u32();
      if (length > left) throw inner.fault(`${length} bytes unpacked are too much`);
      body = unpacked(inner.rest(), length, inner);
    }
    left -= body.byteLength;
    if (left < 0) throw from.fault('too much');
    yield { kind, body: new ByteReader(body, `section ${nameOf(kind)}`) };
  }
  return undefined;
}
