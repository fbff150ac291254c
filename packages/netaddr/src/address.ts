/**
 * IP addresses as integers: an IPv4 address is a number, an IPv6 address a bigint, so the family is the JavaScript type
 * and an address is its own map key. Families never compare equal and never cross.
 *
 * @module
 */
import { type Brand, fail, ok, type Result } from '@firsthop/base';

export type Ipv4 = Brand<number, 'Ipv4'>;
export type Ipv6 = Brand<bigint, 'Ipv6'>;
export type Address = Ipv4 | Ipv6;
export type Family = 4 | 6;

export const familyOf = (address: Address): Family => (typeof address === 'number' ? 4 : 6);
export const ipv4 = (value: number): Ipv4 => value as Ipv4;
export const ipv6 = (value: bigint): Ipv6 => value as Ipv6;

/** From network order, 4 bytes or 16, as kernels and packets have it. */
export const addressOfBytes = (bytes: Uint8Array): Address => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 4 ? ipv4(view.getUint32(0)) : ipv6((view.getBigUint64(0) << 64n) | view.getBigUint64(8));
};

const [DOT, ZERO, NINE] = [46, 48, 57];

/** Digit by digit: there may be a hundred thousand of them. */
const parseIpv4 = (text: string): Ipv4 | undefined => {
  let [value, part, digits, parts] = [0, 0, 0, 1];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || ++parts > 4) return undefined;
      [value, part, digits] = [value * 256 + part, 0, 0];
    } else {
      // Leading zeros are refused: half the world reads them as octal.
      if (code < ZERO || code > NINE || (digits > 0 && part === 0)) return undefined;
      part = part * 10 + code - ZERO;
      digits++;
      if (part > 255) return undefined;
    }
  }
  return digits > 0 && parts === 4 ? ipv4(value * 256 + part) : undefined;
};

const hextets = (text: string): bigint[] | undefined => {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes('.')) {
      const tail = parseIpv4(part);
      if (tail === undefined) return undefined;
      groups.push(BigInt(tail >>> 16), BigInt(tail & 0xffff));
    } else {
      if (!/^[\da-f]{1,4}$/i.test(part)) return undefined;
      groups.push(BigInt(`0x${part}`));
    }
  }
  return groups;
};

const parseIpv6 = (text: string): Ipv6 | undefined => {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = hextets(halves[0] ?? '');
  const tail = halves.length === 2 ? hextets(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return ipv6(groups.reduce((value, group) => (value << 16n) | group, 0n));
};

/** Reads `10.0.0.1` or `fd00::1`. No zone, no prefix length, no leading zeros. */
export const parseAddress = (text: string): Result<Address, string> => {
  const value = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return value === undefined ? fail(`"${text.slice(0, 64)}" is not an IP address`) : ok(value);
};

/** `::ffff:10.0.0.1`: half the world reads it as IPv4, and no packet carries it. Who takes addresses from people refuses it. */
export const isIpv4Mapped = (address: Address): boolean => typeof address === 'bigint' && address >> 32n === 0xffffn;

const formatIpv6 = (value: bigint): string => {
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
};

/** Canonical text (RFC 5952 for IPv6, without the embedded IPv4 form). */
export const formatAddress = (address: Address): string =>
  typeof address === 'number' ? `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}` : formatIpv6(address);

/** IPv4 before IPv6, then by number. */
export const compareAddresses = (a: Address, b: Address): number => {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : a < b ? -1 : a > b ? 1 : 0;
};
