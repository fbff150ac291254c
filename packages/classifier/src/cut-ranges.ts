/**
 * Overlapping ranges cut into disjoint ones, each with the terms that cover it.
 *
 * @module
 */
import { type Address, type AddressRange, compareAddresses, familyOf, nextAddress, previousAddress, rangeContains, wholeFamily } from '@firsthop/netaddr';
import type { Term } from './terms.ts';

export interface CutRange {
  readonly range: AddressRange;
  /** Ascending, never empty. */
  readonly terms: readonly Term[];
}

interface Edge {
  readonly at: Address;
  readonly opens: Term[];
  readonly closes: Term[];
}

/** Where ranges begin and where the first address behind them is, ascending. */
const edgesOf = (ranges: ReadonlyMap<Term, AddressRange>): Edge[] => {
  const edges = new Map<Address, Edge>();
  const edge = (at: Address): Edge => {
    const known = edges.get(at) ?? { at, opens: [], closes: [] };
    edges.set(at, known);
    return known;
  };
  for (const [term, { first, last }] of ranges) {
    edge(first).opens.push(term);
    const behind = nextAddress(last);
    if (behind !== undefined) edge(behind).closes.push(term);
  }
  return [...edges.values()].sort((a, b) => compareAddresses(a.at, b.at));
};

/** What is open behind the last edge of a family is open to its end. */
const endOf = (at: Address, next: Address | undefined): Address | undefined =>
  next !== undefined && familyOf(next) === familyOf(at) ? previousAddress(next) : wholeFamily(familyOf(at)).last;

/** Sorted and disjoint; addresses that no range covers are in none of them. */
export const cutRanges = (ranges: ReadonlyMap<Term, AddressRange>): CutRange[] => {
  const cuts: CutRange[] = [];
  const edges = edgesOf(ranges);
  let open = new Set<Term>();
  for (const [i, { at, opens, closes }] of edges.entries()) {
    if (i > 0 && familyOf(edges[i - 1]?.at ?? at) !== familyOf(at)) open = new Set();
    for (const term of closes) open.delete(term);
    for (const term of opens) open.add(term);
    const last = open.size === 0 ? undefined : endOf(at, edges[i + 1]?.at);
    if (last !== undefined) cuts.push({ range: { first: at, last }, terms: [...open].sort((a, b) => a - b) });
  }
  return cuts;
};

/** The cut that holds an address, by halving. */
export const findRange = <T extends { readonly range: AddressRange }>(cuts: readonly T[], address: Address): T | undefined => {
  let low = 0;
  let high = cuts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const cut = cuts[middle];
    if (cut === undefined) return undefined;
    if (rangeContains(cut.range, address)) return cut;
    if (compareAddresses(address, cut.range.first) < 0) high = middle - 1;
    else low = middle + 1;
  }
  return undefined;
};
