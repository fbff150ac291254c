/**
 * struct sockaddr_in and sockaddr_in6 as bytes.
 *
 * @module
 */
import type { Address, Family } from '@firsthop/netaddr';
import { linux } from './libc.ts';

export const addressFamily = (family: Family): number => (family === 4 ? linux.AF_INET : linux.AF_INET6);

export const socketAddress = (address: Address, port: number): Buffer => {
  if (typeof address === 'number') {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt16LE(linux.AF_INET, 0);
    bytes.writeUInt16BE(port, 2);
    bytes.writeUInt32BE(address, 4);
    return bytes;
  }
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16LE(linux.AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.writeBigUInt64BE(address >> 64n, 8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, address), 16);
  return bytes;
};

/** Raw IPv6 sockets refuse a port in the address. */
export const rawAddress = (address: Address): Buffer => socketAddress(address, 0);

