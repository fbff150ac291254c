/**
 * Ranges of addresses, both ends included, and the algebra on sorted disjoint lists of them.
 *
 * @module
 */
import { type Address, compareAddresses, type Family, familyOf, ipv4, ipv6 } from './address.ts';

/** First and last belong to the same family, and first <= last. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

export const wholeFamily = (family: Family): AddressRange =>
  family === 4 ? { first: ipv4(0), last: ipv4(0xffff_ffff) } : { first: ipv6(0n), last: ipv6((1n << 128n) - 1n) };

export const rangeContains = ({ first, last }: AddressRange, address: Address): boolean =>
  familyOf(first) === familyOf(address) && compareAddresses(first, address) <= 0 && compareAddresses(address, last) <= 0;

/** The address right after, or undefined at the end of its family. */
export const nextAddress = (address: Address): Address | undefined => {
  if (typeof address === 'number') return address === 0xffff_ffff ? undefined : ipv4(address + 1);
  return address === (1n << 128n) - 1n ? undefined : ipv6(address + 1n);
};

export const previousAddress = (address: Address): Address | undefined => {
  if (typeof address === 'number') return address === 0 ? undefined : ipv4(address - 1);
  return address === 0n ? undefined : ipv6(address - 1n);
};

/** Any list of ranges as the sorted, disjoint, merged one that holds the same addresses. */
export const mergeRanges = (ranges: readonly AddressRange[]): AddressRange[] => {
  const merged: AddressRange[] = [];
  for (const range of [...ranges].sort((a, b) => compareAddresses(a.first, b.first))) {
    const open = merged.at(-1);
    const after = open === undefined ? undefined : nextAddress(open.last);
    const touches = open !== undefined && familyOf(open.first) === familyOf(range.first) && (after === undefined || compareAddresses(range.first, after) <= 0);
    if (!touches) merged.push(range);
    else if (compareAddresses(range.last, open.last) > 0) merged[merged.length - 1] = { first: open.first, last: range.last };
  }
  return merged;
};

/** What is left of `ranges` without `holes`; sorted and disjoint. */
export const subtractRanges = (ranges: readonly AddressRange[], holes: readonly AddressRange[]): AddressRange[] => {
  let rest = mergeRanges(ranges);
  for (const hole of mergeRanges(holes)) rest = rest.flatMap((range) => cut(range, hole));
  return rest;
};

const cut = (range: AddressRange, hole: AddressRange): AddressRange[] => {
  if (familyOf(range.first) !== familyOf(hole.first)) return [range];
  if (compareAddresses(hole.last, range.first) < 0 || compareAddresses(hole.first, range.last) > 0) return [range];
  const before = compareAddresses(hole.first, range.first) > 0 ? previousAddress(hole.first) : undefined;
  const after = compareAddresses(hole.last, range.last) < 0 ? nextAddress(hole.last) : undefined;
  return [...(before === undefined ? [] : [{ first: range.first, last: before }]), ...(after === undefined ? [] : [{ first: after, last: range.last }])];
};
