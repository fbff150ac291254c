/**
 * Types of keys: between nft's text and the kernel's bytes, both ways. Numbers are in network order.
 *
 * A key may be a range of each of its parts; a single value is the range from itself to itself.
 *
 * @module
 */
import { type AddressRange, type Family, familyOf, formatAddress, ipv4, ipv6, parseAddress } from '@firsthop/netaddr';
import { formatRange, parseRange } from '@firsthop/ruleset';

const IFNAMSIZ = 16;

/** First and last value. */
export type Span = readonly [first: Buffer, last: Buffer];

export interface KeyType {
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
    const one = parseAddress(text);
    if (one.ok) return familyOf(one.value) === family ? single(bytesOfAddress(one.value)) : undefined;
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
  const bytes = Buffer.allocUnsafe(length);
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

/** By nft's names. */
export const keyTypes: ReadonlyMap<string, KeyType> = new Map([
  ['ifname', interfaceName],
  ['ipv4_addr', address(4)],
  ['ipv6_addr', address(6)],
  ['ether_addr', mac],
  ['inet_proto', integer(1)],
  ['inet_service', integer(2)],
]);
