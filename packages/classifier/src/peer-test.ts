/**
 * Peers of a rule as questions to the terms of a class.
 *
 * @module
 */
import type { PlanPeer } from '@firsthop/plan';
import type { Term, TermTable } from './terms.ts';

export type PeerTest = (present: ReadonlySet<Term>) => boolean;

const meetsAny = (terms: ReadonlySet<Term>): PeerTest => (present) => {
  const [few, many] = present.size < terms.size ? [present, terms] : [terms, present];
  for (const term of few) if (many.has(term)) return true;
  return false;
};

export const peerTest = (peer: PlanPeer, table: TermTable): PeerTest => {
  switch (peer.kind) {
    case 'any':
      return () => true;
    case 'group': {
      const term = table.ofGroup(peer.group);
      return (present) => present.has(term);
    }
    case 'ranges':
      return meetsAny(new Set(peer.ranges.map((range) => table.ofRange(range))));
    case 'every': {
      const tests = peer.peers.map((one) => peerTest(one, table));
      return (present) => tests.every((test) => test(present));
    }
    case 'some': {
      const tests = peer.peers.map((one) => peerTest(one, table));
      return (present) => tests.some((test) => test(present));
    }
    case 'not': {
      const test = peerTest(peer.peer, table);
      return (present) => !test(present);
    }
  }
};

/** Terms of which one must be present for the peer to match. `always`: it may match without any. */
export type Trigger = 'always' | readonly Term[];

export const triggerOf = (peer: PlanPeer, table: TermTable): Trigger => {
  switch (peer.kind) {
    case 'any':
    case 'not':
      return 'always';
    case 'group':
      return [table.ofGroup(peer.group)];
    case 'ranges':
      return peer.ranges.map((range) => table.ofRange(range));
    case 'every': {
      const triggers = peer.peers.map((one) => triggerOf(one, table)).filter((one) => one !== 'always');
      return triggers.sort((a, b) => a.length - b.length)[0] ?? 'always';
    }
    case 'some':
      return anyOf(peer.peers.map((one) => triggerOf(one, table)));
  }
};

export const anyOf = (triggers: readonly Trigger[]): Trigger => {
  const terms: Term[] = [];
  for (const trigger of triggers) {
    if (trigger === 'always') return 'always';
    terms.push(...trigger);
  }
  return terms;
};
