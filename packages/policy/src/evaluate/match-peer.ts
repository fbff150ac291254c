/**
 * Is the other side one of a rule's peers? (semantics.md section 4)
 *
 * @module
 */
import { cidrRange, rangeContains } from '@firsthop/netaddr';
import { bindSelector, clusterLabels, matchesLabels, type RelativeSelector, type SelectableFacts, selects } from '@firsthop/selector';
import type { PolicyKind } from '../policy.ts';
import type { Peer } from '../rule.ts';
import type { Question } from './question.ts';
import { factsOf, workloadsAt } from './view.ts';

const matchesCidr = (peer: Peer & { readonly kind: 'cidr' }, { view, remote, ipBlocks }: Question, origin: PolicyKind): boolean => {
  const skipped = ipBlocks === 'external' && origin === 'NetworkPolicy' && workloadsAt(view, remote).some(({ kind }) => kind === 'pod');
  return !skipped && rangeContains(cidrRange(peer.cidr), remote) && !peer.except.some((hole) => rangeContains(cidrRange(hole), remote));
};

const matchesWorkloads = (selector: RelativeSelector, { view, subject, remote }: Question): boolean => {
  const bound = bindSelector(selector, factsOf(view, subject));
  return bound !== undefined && workloadsAt(view, remote).some((workload) => selects(bound, factsOf(view, workload)));
};

const matchesNodes = ({ clusters, labels }: Peer & { readonly kind: 'nodes' }, { view, remote }: Question): boolean =>
  view.nodes.some((node) => {
    const isThere = clusters.kind === 'any' || (clusters.kind === 'named' ? clusters.cluster === node.cluster : matchesLabels(clusters.selector, clusterLabels(node.cluster)));
    return isThere && node.addresses.includes(remote) && matchesLabels(labels, node.labels);
  });

/** Offline a Service means the pods of its own namespace that its selector finds. */
const matchesService = ({ namespace, name }: Peer & { readonly kind: 'service' }, { view, remote }: Question): boolean =>
  view.services.some(
    ({ cluster, namespace: home, name: own, selector }) =>
      home === namespace &&
      own === name &&
      selector !== undefined &&
      workloadsAt(view, remote).some((workload) => workload.kind === 'pod' && workload.cluster === cluster && workload.namespace === namespace && matchesLabels(selector, workload.labels)),
  );

/** `*.x` is one or more labels before x, never x itself. */
export const matchesName = (pattern: string, name: string): boolean => (pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) && name.length >= pattern.length : name === pattern);

const matchesNames = (pattern: string, { names, remote }: Question): boolean => [...names].some(([name, addresses]) => matchesName(pattern, name) && addresses.includes(remote));

export const matchesPeer = (peer: Peer, question: Question, origin: PolicyKind): boolean => {
  switch (peer.kind) {
    case 'workloads':
      return matchesWorkloads(peer.selector, question);
    case 'cidr':
      return matchesCidr(peer, question, origin);
    case 'nodes':
      return matchesNodes(peer, question);
    case 'service':
      return matchesService(peer, question);
    case 'names':
      return matchesNames(peer.pattern, question);
    case 'every':
      return peer.peers.every((one) => matchesPeer(one, question, origin));
    case 'some':
      return peer.peers.some((one) => matchesPeer(one, question, origin));
    case 'not':
      return !matchesPeer(peer.peer, question, origin);
    case 'group':
      throw new Error('groups are resolved before anything is judged');
  }
};

/** Whether an entry of `appliedTo` selects the workload. Addresses govern nobody. */
export const governs = (peer: Peer, facts: SelectableFacts): boolean => {
  switch (peer.kind) {
    case 'workloads': {
      const bound = bindSelector(peer.selector, facts);
      return bound !== undefined && selects(bound, facts);
    }
    case 'every':
      return peer.peers.every((one) => governs(one, facts));
    case 'some':
      return peer.peers.some((one) => governs(one, facts));
    case 'not':
      return !governs(peer.peer, facts);
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
      return false;
  }
};
