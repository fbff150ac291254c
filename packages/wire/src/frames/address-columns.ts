/**
 * Addresses in columns: how many of IPv4, each in four bytes, then how many of IPv6, each in sixteen. Ascending and once each, so that a set has one
 * form.
 *
 * @module
 */
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import type { ByteReader } from './byte-reader.ts';

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
