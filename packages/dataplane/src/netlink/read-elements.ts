/**
 * All elements of a set or map as the kernel holds them. Single addresses are never texts on the way.
 *
 * @module
 */
import type { NfTables } from '@firsthop/netlink';
import { AddressElements, type Elements, type OwnElements, TABLE } from '@firsthop/ruleset';
import type { ElementCodec } from './element-codec.ts';
import { addressAt } from './key-types.ts';

const family = 'inet';
const lengths = { 4: 4, 6: 16 } as const;

interface HeldSet {
  readonly name: string;
  /** Bytes. */
  readonly keyLength: number;
}

/** `codec`: undefined where the set has a type that nobody of us gave it; then nothing is known of what is in it. */
export const readElements = (nft: NfTables, { name, keyLength }: HeldSet, codec: ElementCodec | undefined): Elements => {
  if (codec === undefined) return new Map();
  const where = { table: TABLE, set: name };
  if (!codec.isWhole) return new Map(codec.read(nft.elements(family, where)));
  // Whoever gave it another length than its type has means something else by it.
  const addressFamily = codec.addressFamily !== undefined && keyLength === lengths[codec.addressFamily] ? codec.addressFamily : undefined;
  return nft.foldElements<OwnElements>(
    family,
    where,
    () => (addressFamily === undefined ? new Map() : new AddressElements(addressFamily)),
    (into, element) => {
      if (into instanceof AddressElements && addressFamily !== undefined) into.put(addressAt(element.buffer, element.key.start, addressFamily), codec.valueIn(element));
      else into.set(codec.keyIn(element), codec.valueIn(element));
    },
  );
};
