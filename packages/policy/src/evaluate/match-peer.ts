/**
 * Is the other side one of a rule's peers? (semantics.md section 4)
 *
 * @module
 */
import { cidrRange, rangeContains } from '@firsthop/netaddr';
import { selects } from '@firsthop/selector';
import type { PolicyKind } from '../policy.ts';
import type { Peer } from '../rule.ts';
import type { Question } from './question.ts';
import { factsOf, workloadsAt } from './view.ts';

const matchesCidr = (peer: Peer & { readonly kind: 'cidr' }, { view, remote, ipBlocks }: Question, origin: PolicyKind): boolean => {
  const skipped = ipBlocks === 'external' && origin === 'NetworkPolicy' && workloadsAt(view, remote).some(({ kind }) => kind === 'pod');
  return !skipped && rangeContains(cidrRange(peer.cidr), remote) && !peer.except.some((hole) => rangeContains(cidrRange(hole), remote));
};

export const matchesPeer = (peer: Peer, question: Question, origin: PolicyKind): boolean => {
  if (peer.kind === 'cidr') return matchesCidr(peer, question, origin);
  return workloadsAt(question.view, question.remote).some((workload) => selects(peer.selector, factsOf(question.view, workload)));
};
