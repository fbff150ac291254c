/**
 * Overlapping ranges cut into disjoint ones, each with the terms that cover it.
 *
 * @module
 */
import { type Address, type AddressRange, compareAddresses, familyOf, nextAddress, previousAddress, rangeContains } from '@firsthop/netaddr';
import { rangeTerm, type Term } from './terms.ts';

export interface CutRange {
  readonly range: AddressRange;
  /** Never empty. */
  readonly terms: readonly Term[];
}

interface Edge {
  readonly at: Address;
  readonly opens: Term[];
  readonly closes: Term[];
}

/** Where ranges begin and where the first address behind them is, ascending. */
const edgesOf = (ranges: readonly AddressRange[]): Edge[] => {
  const edges = new Map<Address, Edge>();
  const edge = (at: Address): Edge => {
    const known = edges.get(at) ?? { at, opens: [], closes: [] };
    edges.set(at, known);
    return known;
  };
  for (const range of ranges) {
    edge(range.first).opens.push(rangeTerm(range));
    const behind = nextAddress(range.last);
    if (behind !== undefined) edge(behind).closes.push(rangeTerm(range));
  }
  return [...edges.values()].sort((a, b) => compareAddresses(a.at, b.at));
};

const lastOfFamily = (at: Address, ranges: readonly AddressRange[]): Address => ranges.map(({ last }) => last).filter((last) => familyOf(last) === familyOf(at)).reduce((a, b) => (compareAddresses(a, b) < 0 ? b : a), at);

/** Sorted and disjoint; addresses that no range covers are in none of them. */
export const cutRanges = (ranges: readonly AddressRange[]): CutRange[] => {
  const cuts: CutRange[] = [];
  const edges = edgesOf(ranges);
  let open = new Set<Term>();
  for (const [i, { at, opens, closes }] of edges.entries()) {
    if (i > 0 && familyOf(edges[i - 1]?.at ?? at) !== familyOf(at)) open = new Set();
    for (const term of closes) open.delete(term);
    for (const term of opens) open.add(term);
    if (open.size === 0) continue;
    const next = edges[i + 1]?.at;
    const last = next !== undefined && familyOf(next) === familyOf(at) ? previousAddress(next) : lastOfFamily(at, ranges);
    if (last !== undefined) cuts.push({ range: { first: at, last }, terms: [...open] });
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
