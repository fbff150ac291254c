/**
 * One map of disjoint ranges laid over another.
 *
 * @module
 */
import { type Address, type AddressRange, compareAddresses, subtractRanges } from '@firsthop/netaddr';
import type { Elements } from './elements/elements.ts';
import { formatRange, parseRange } from './range-text.ts';

/** Of sorted, disjoint ranges: the first that ends at the address or behind it. */
const firstEndingAt = (ranges: readonly AddressRange[], address: Address): number => {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range !== undefined && compareAddresses(range.last, address) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

const meeting = (ranges: readonly AddressRange[], { first, last }: AddressRange): AddressRange[] => {
  const met: AddressRange[] = [];
  for (let i = firstEndingAt(ranges, first); ; i++) {
    const range = ranges[i];
    if (range === undefined || compareAddresses(range.first, last) > 0) return met;
    met.push(range);
  }
};

const rangesOf = (elements: Elements): AddressRange[] => [...elements.keys()].map(parseRange).filter((range) => range !== undefined).sort((a, b) => compareAddresses(a.first, b.first));

/** What is above wins; of what is below, the parts that stay visible. Keys are as `formatRange` writes them, all of one family. */
export const overlayRanges = (below: Elements, above: Elements): Elements => {
  const cover = rangesOf(above);
  const rest = [...below].flatMap(([key, value]): [string, string][] => {
    const range = above.has(key) ? undefined : parseRange(key);
    return range === undefined ? [] : subtractRanges([range], meeting(cover, range)).map((part) => [formatRange(part), value]);
  });
  return rest.length === 0 ? above : new Map([...above, ...rest]);
};
