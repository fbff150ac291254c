/**
 * Terms: everything by which the rules of a plan tell addresses apart. A group, a range, or being the own node. Small integers, given
 * once and kept, so that sets of them are cheap to hold and compare.
 *
 * @module
 */
import type { AddressRange } from '@firsthop/netaddr';
import { type AddressGroupId, type NodePlan, peerLeaves } from '@firsthop/plan';

export type Term = number;

/** The address is one of the node that judges. */
export const ownNodeTerm: Term = 0;

const groupName = (id: AddressGroupId): string => `g${id}`;
const rangeName = ({ first, last }: AddressRange): string => `${typeof first === 'number' ? '4' : '6'}/${first}-${last}`;

export class TermTable {
  readonly #known = new Map<string, Term>();
  #last = ownNodeTerm;

  ofGroup(id: AddressGroupId): Term {
    return this.#of(groupName(id));
  }

  ofRange(range: AddressRange): Term {
    return this.#of(rangeName(range));
  }

  /** Its number is not used again. */
  forgetGroup(id: AddressGroupId): void {
    this.#known.delete(groupName(id));
  }

  forgetRange(range: AddressRange): void {
    this.#known.delete(rangeName(range));
  }

  #of(name: string): Term {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, ++this.#last);
    return this.#last;
  }
}

/** Every range that some rule mentions, once, by its term. */
export const mentionedRanges = (rules: NodePlan['rules'], terms: TermTable): Map<Term, AddressRange> => {
  const ranges = new Map<Term, AddressRange>();
  for (const { matches } of rules.values())
    for (const { peers } of matches)
      for (const peer of peers) for (const leaf of peerLeaves(peer)) if (leaf.kind === 'ranges') for (const range of leaf.ranges) ranges.set(terms.ofRange(range), range);
  return ranges;
};
