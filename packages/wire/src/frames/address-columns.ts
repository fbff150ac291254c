/**
 * Addresses in columns: how many of IPv4, each in four bytes, then how many of IPv6, each in sixteen. Ascending and once each, so that a set has one
 * form.
 *
 * @module
 */
import { type Address, compareAddresses, ipv4, ipv6 } from '@firsthop/netaddr';
import type { ByteReader } from './byte-reader.ts';

const low = (1n << 64n) - 1n;

const isFour = (address: Address): address is Address & number => typeof address === 'number';

/** Bytes that so many addresses take. */
const sizeOf = (four: number, six: number): number => 8 + 4 * four + 16 * six;

export const writeColumns = (addresses: Iterable<Address>): Uint8Array => {
  const sorted = [...addresses].sort(compareAddresses);
  const four = sorted.filter(isFour);
  const six = sorted.filter((address) => !isFour(address)) as bigint[];
  const bytes = new Uint8Array(sizeOf(four.length, six.length));
  const view = new DataView(bytes.buffer);
  let at = 4;
  view.setUint32(0, four.length, true);
  for (const address of four) {
    view.setUint32(at, address, true);
    at += 4;
  }
  view.setUint32(at, six.length, true);
  at += 4;
  for (const address of six) {
    view.setBigUint64(at, address & low, true);
    view.setBigUint64(at + 8, address >> 64n, true);
    at += 16;
  }
  return bytes;
};

/** Throws a `FrameFault` where there are more than `most`, or they are out of order. */
export const readColumns = (from: ByteReader, most: number): Address[] => {
  const addresses: Address[] = [];
  let before: number | bigint = -1;
  const take = (address: number | bigint): void => {
    if (address <= before) throw from.fault('addresses out of order');
    before = address;
    addresses.push((typeof address === 'number' ? ipv4(address) : ipv6(address)) as Address);
  };
  const four = from.count(4, most);
  for (let i = 0; i < four; i++) take(from.u32());
  before = -1;
  const six = from.count(16, most - four);
  for (let i = 0; i < six; i++) {
    const lower = from.u64();
    take((from.u64() << 64n) | lower);
  }
  return addresses;
};
