/**
 * Addresses as bytes, in network order: 4 of IPv4, 16 of IPv6.
 *
 * @module
 */
import { bytes, type Codec, MalformedError } from '../attributes/codec.ts';
import { addressSize, type RouteFamily } from './frame.ts';

/** Of either family. */
export const addressBytes: Codec<Buffer> = {
  isNested: false,
  write: bytes.write,
  read: (from, start, end) => {
    const size = end - start;
    if (size !== 4 && size !== 16) throw new MalformedError(`an address of ${size} bytes`);
    return bytes.read(from, start, end);
  },
};

/** Of this family, or a fault of the sender. */
export const ofFamily = (address: Buffer, family: RouteFamily): Buffer => {
  if (address.length !== addressSize(family)) throw new MalformedError(`an address of ${address.length} bytes in family ${family}`);
  return address;
};

/** The kernel leaves out an address of zeros, which is that of a default route. */
export const orZeros = (address: Buffer | undefined, family: RouteFamily): Buffer => (address === undefined ? Buffer.alloc(addressSize(family)) : ofFamily(address, family));

export const checkedLength = (prefixLength: number, family: RouteFamily): number => {
  if (prefixLength > 8 * addressSize(family)) throw new MalformedError(`a prefix length of ${prefixLength} in family ${family}`);
  return prefixLength;
};
