/**
 * Types of keys: between nft's text and the kernel's bytes, both ways. Numbers are in network order.
 *
 * A key may be a range of each of its parts; a single value is the range from itself to itself.
 *
 * @module
 */
import { type AddressRange, type Family, familyOf, formatAddress, ipv4, ipv6 } from '@firsthop/netaddr';
import { formatRange, parseRange } from '@firsthop/ruleset';

const IFNAMSIZ = 16;

/** First and last value. */
export type Span = readonly [first: Buffer, last: Buffer];

interface KeyType {
  readonly length: number;
  /** Undefined: it is not of this type. */
  readonly write: (text: string) => Span | undefined;
  /** `first`, `last`: where the two values begin. */
  readonly read: (from: Buffer, first: number, last: number) => string;
}

const single = (bytes: Buffer | undefined): Span | undefined => (bytes === undefined ? undefined : [bytes, bytes]);

const interfaceName: KeyType = {
  length: IFNAMSIZ,
  write: (text) => {
    const [, name] = /^"([^"*\\]+)"$/.exec(text) ?? [];
    // The kernel wants an end mark behind it.
    if (name === undefined || Buffer.byteLength(name) >= IFNAMSIZ) return undefined;
    const bytes = Buffer.alloc(IFNAMSIZ);
    bytes.write(name);
    return single(bytes);
  },
  read: (from, first) => {
    const end = from.indexOf(0, first);
    return `"${from.toString('utf8', first, end < 0 || end > first + IFNAMSIZ ? first + IFNAMSIZ : end)}"`;
  },
};

const bytesOfAddress = (address: AddressRange['first']): Buffer => {
  if (typeof address === 'bigint') return Buffer.from(address.toString(16).padStart(32, '0'), 'hex');
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(address);
  return bytes;
};

/** In network order, as the kernel has it. */
export const addressAt = (from: Buffer, at: number, family: Family): AddressRange['first'] => (family === 4 ? ipv4(from.readUInt32BE(at)) : ipv6((from.readBigUInt64BE(at) << 64n) | from.readBigUInt64BE(at + 8)));

const address = (family: Family): KeyType => ({
  length: family === 4 ? 4 : 16,
  write: (text) => {
    const range = parseRange(text);
    return range === undefined || familyOf(range.first) !== family || familyOf(range.last) !== family ? undefined : [bytesOfAddress(range.first), bytesOfAddress(range.last)];
  },
  read: (from, first, last) => {
    const begin = addressAt(from, first, family);
    return first === last ? formatAddress(begin) : formatRange({ first: begin, last: addressAt(from, last, family) });
  },
});

const mac: KeyType = {
  length: 6,
  write: (text) => single(/^([\da-f]{2}:){5}[\da-f]{2}$/i.test(text) ? Buffer.from(text.replaceAll(':', ''), 'hex') : undefined),
  read: (from, first) => (from.toString('hex', first, first + 6).match(/../g) ?? []).join(':'),
};

const numberBytes = (text: string, length: 1 | 2): Buffer | undefined => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value >= 256 ** length) return undefined;
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};

const integer = (length: 1 | 2): KeyType => ({
  length,
  write: (text) => {
    const [first, last] = text.split('-').map((part) => numberBytes(part, length));
    return first === undefined ? undefined : text.includes('-') ? (last === undefined || Buffer.compare(first, last) > 0 ? undefined : [first, last]) : [first, first];
  },
  read: (from, first, last) => {
    const [low, high] = [from.readUIntBE(first, length), from.readUIntBE(last, length)];
    return low === high ? String(low) : `${low}-${high}`;
  },
});

const types: ReadonlyMap<string, KeyType> = new Map([
  ['ifname', interfaceName],
  ['ipv4_addr', address(4)],
  ['ipv6_addr', address(6)],
  ['ether_addr', mac],
  ['inet_proto', integer(1)],
  ['inet_service', integer(2)],
]);

/** Parts of a concatenation begin at multiples of four bytes. */
const aligned = (length: number): number => Math.ceil(length / 4) * 4;

const padded = (bytes: Buffer): Buffer => (bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)]));

/** Of the type of a key, as nft names it: `ifname . ipv4_addr`. */
export class KeyCodec {
  readonly #parts: readonly KeyType[];

  /** Undefined: some part of it is not known here. */
  static of(type: string): KeyCodec | undefined {
    const parts = type.split(' . ').map((name) => types.get(name));
    return parts.every((part) => part !== undefined) ? new KeyCodec(parts) : undefined;
  }

  private constructor(parts: readonly KeyType[]) {
    this.#parts = parts;
  }

  /** Bytes. */
  get length(): number {
    const [only, ...more] = this.#parts;
    return more.length === 0 ? (only?.length ?? 0) : this.#parts.reduce((sum, { length }) => sum + aligned(length), 0);
  }

  /** Undefined: it is no address, or more than that. */
  get addressFamily(): Family | undefined {
    return this.isConcatenation ? undefined : this.#parts[0] === types.get('ipv4_addr') ? 4 : this.#parts[0] === types.get('ipv6_addr') ? 6 : undefined;
  }

  get isConcatenation(): boolean {
    return this.#parts.length > 1;
  }

  write(text: string): Span | undefined {
    const texts = text.split(' . ');
    if (texts.length !== this.#parts.length) return undefined;
    const spans = this.#parts.map((part, i) => part.write(texts[i] ?? ''));
    if (!spans.every((span) => span !== undefined)) return undefined;
    const [only] = spans;
    if (spans.length === 1 && only !== undefined) return only;
    const whole = (which: 0 | 1): Buffer => Buffer.concat(spans.map((span) => padded(span[which])));
    const first = whole(0);
    return spans.every(([low, high]) => low === high) ? [first, first] : [first, whole(1)];
  }

  /** `first`, `last`: where the two keys begin in these bytes. */
  read(from: Buffer, first: number, last: number = first): string {
    let [text, at] = ['', 0];
    for (const { length, read } of this.#parts) {
      text += `${at === 0 ? '' : ' . '}${read(from, first + at, last + at)}`;
      at += aligned(length);
    }
    return text;
  }
}
