/**
 * Prefixes. Host bits are masked on reading, as the Kubernetes API does.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { type Address, formatAddress, ipv4, ipv6, parseAddress } from './address.ts';
import type { AddressRange } from './address-range.ts';

/** `base` has no host bits; `length` is 0..32 or 0..128. */
export interface Cidr {
  readonly base: Address;
  readonly length: number;
}

export const widthOf = (address: Address): 32 | 128 => (typeof address === 'number' ? 32 : 128);

const mask = (address: Address, length: number): Address => {
  if (typeof address === 'number') return ipv4(length === 0 ? 0 : (address & (0xffff_ffff << (32 - length))) >>> 0);
  const host = BigInt(128 - length);
  return ipv6((address >> host) << host);
};

/** Reads `10.0.0.0/8` or `fd00::/8`; a length is required. */
export const parseCidr = (text: string): Result<Cidr, string> => {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (slash < 0 || !address.ok || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > widthOf(address.value))
    return fail(`"${text.slice(0, 64)}" is not a CIDR such as 10.0.0.0/8 or fd00::/64`);
  return ok({ base: mask(address.value, Number(length)), length: Number(length) });
};

export const formatCidr = ({ base, length }: Cidr): string => `${formatAddress(base)}/${length}`;

export const cidrRange = ({ base, length }: Cidr): AddressRange => {
  if (typeof base === 'number') return { first: base, last: ipv4(base + 2 ** (32 - length) - 1) };
  return { first: base, last: ipv6(base + (1n << BigInt(128 - length)) - 1n) };
};

/** The fewest prefixes that hold exactly the addresses of a range, ascending. */
export const rangeCidrs = ({ first, last }: AddressRange): Cidr[] => {
  const width = widthOf(first);
  const wrap = (value: bigint): Address => (width === 32 ? ipv4(Number(value)) : ipv6(value));
  const cidrs: Cidr[] = [];
  const end = BigInt(last);
  let at = BigInt(first);
  while (at <= end) {
    let host = 0;
    while (host < width && (at & ((1n << BigInt(host + 1)) - 1n)) === 0n && at + (1n << BigInt(host + 1)) - 1n <= end) host++;
    cidrs.push({ base: wrap(at), length: width - host });
    at += 1n << BigInt(host);
  }
  return cidrs;
};
