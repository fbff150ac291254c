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

/** `codec`: undefined where the set has a type that nobody of us gave it; then nothing is known of what is in it. */
export const readElements = (nft: NfTables, set: string, codec: ElementCodec | undefined): Elements => {
  if (codec === undefined) return new Map();
  const where = { table: TABLE, set };
  if (!codec.isWhole) return new Map(codec.read(nft.elements(family, where)));
  const { addressFamily } = codec;
  return nft.foldElements<OwnElements>(
    family,
    where,
    () => (addressFamily === undefined ? new Map() : new AddressElements(addressFamily)),
    (into, element) => {
      const { buffer, key } = element;
      const isAddress = addressFamily !== undefined && key.end - key.start === lengths[addressFamily];
      if (into instanceof AddressElements && isAddress) into.put(addressAt(buffer, key.start, addressFamily), codec.valueIn(element));
      else if (!(into instanceof AddressElements)) into.set(codec.keyIn(element), codec.valueIn(element));
    },
  );
};
