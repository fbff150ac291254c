/**
 * Elements of a set or map by their keys, both as nft writes them, in whichever form they are held.
 *
 * @module
 */
import { AddressElements } from './address-elements.ts';

export type Elements = ReadonlyMap<string, string>;

/** Of whoever changes them. */
export type OwnElements = Map<string, string> | AddressElements;

const singleAddress = /^ipv([46])_addr(?: : |$)/;

/** In the form that takes least. `type`: of the set or map, as nft writes it. */
export const elementsOf = (type: string, interval: boolean, entries: readonly (readonly [string, string])[]): Elements => {
  const [, family] = interval ? [] : (singleAddress.exec(type) ?? []);
  const packed = new AddressElements(family === '6' ? 6 : 4);
  // What somebody else put there may be anything.
  return family !== undefined && entries.every(([key, value]) => packed.take(key, value)) ? packed : new Map(entries);
};

/** That nobody else changes. */
export const ownElements = (elements: Elements): OwnElements => (elements instanceof AddressElements ? elements.copy() : new Map(elements));

/** Elements of `some` that have another value in `others`, or are not there. */
export function* otherElements(some: Elements, others: Elements | undefined): Generator<[string, string], undefined> {
  if (some instanceof AddressElements && others instanceof AddressElements) return yield* some.otherThanIn(others);
  for (const one of some) if (others?.get(one[0]) !== one[1]) yield one;
  return undefined;
}

/** The same elements, with the same values. */
export const isEqual = (some: Elements, others: Elements): boolean => some === others || (some.size === others.size && otherElements(some, others).next().done === true);

/** What is above wins. */
export const layered = (below: Elements, above: Elements): Elements => {
  if (below.size === 0 || below === above) return above;
  const all = ownElements(below);
  for (const [key, value] of otherElements(above, below)) all.set(key, value);
  return all;
};
