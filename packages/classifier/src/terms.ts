/**
 * Terms: everything by which the rules of one plan tell addresses apart. A group, a range, or being the own node.
 *
 * @module
 */
import { type Address, type AddressRange, formatAddress } from '@firsthop/netaddr';
import type { NodePlan, PlanPeer } from '@firsthop/plan';

/** Text that names a term; never the same for two. */
export type Term = string;

export const ownNodeTerm: Term = 'own';
export const rangeTerm = ({ first, last }: AddressRange): Term => `range/${formatAddress(first)}-${formatAddress(last)}`;

/** `any` has no term: it tells nothing apart. */
export const termsOf = (peer: PlanPeer): readonly Term[] => {
  switch (peer.kind) {
    case 'any':
      return [];
    case 'group':
      return [`group/${peer.group}`];
    case 'ranges':
      return peer.ranges.map(rangeTerm);
  }
};

/** The terms of exact addresses, ranges apart. */
export const exactTerms = (plan: NodePlan): Map<Address, Term[]> => {
  const exact = new Map<Address, Term[]>();
  const put = (address: Address, term: Term): void => {
    const terms = exact.get(address);
    if (terms === undefined) exact.set(address, [term]);
    else terms.push(term);
  };
  for (const { id, members } of plan.addressGroups.values()) for (const member of members) put(member, `group/${id}`);
  for (const address of new Set(plan.ownNode)) put(address, ownNodeTerm);
  return exact;
};

/** Every range that some rule mentions, once. */
export const mentionedRanges = (plan: NodePlan): AddressRange[] => {
  const ranges = new Map<Term, AddressRange>();
  for (const { matches } of plan.rules.values())
    for (const { peers } of matches) for (const peer of peers) if (peer.kind === 'ranges') for (const range of peer.ranges) ranges.set(rangeTerm(range), range);
  return [...ranges.values()];
};
