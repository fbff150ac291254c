/**
 * Subjects of a policy that came from a group may be relative, and then to themselves: everybody is in his own namespace, and shares the
 * labels that his namespace has.
 *
 * @module
 */
import type { Peer, Policy } from '@firsthop/policy';
import { isRelative, type NamespaceScope, type RelativeSelector } from '@firsthop/selector';

const hasRelative = (peer: Peer): boolean => {
  if (peer.kind === 'workloads') return isRelative(peer.selector);
  if (peer.kind === 'not') return hasRelative(peer.peer);
  return (peer.kind === 'every' || peer.kind === 'some') && peer.peers.some(hasRelative);
};

const scopeOf = ({ namespaces }: RelativeSelector): NamespaceScope | undefined => {
  if (namespaces.kind === 'self') return { kind: 'any' };
  if (namespaces.kind !== 'sameLabels') return namespaces;
  if (namespaces.keys.length === 0) return undefined;
  return { kind: 'labels', selector: { requirements: namespaces.keys.map((key) => ({ key, operator: 'Exists', values: [] })) } };
};

const absolute = (peer: Peer): Peer => {
  switch (peer.kind) {
    case 'workloads': {
      const namespaces = scopeOf(peer.selector);
      return namespaces === undefined ? { kind: 'some', peers: [] } : { kind: 'workloads', selector: { ...peer.selector, namespaces } };
    }
    case 'every':
    case 'some':
      return { ...peer, peers: peer.peers.map(absolute) };
    case 'not':
      return { kind: 'not', peer: absolute(peer.peer) };
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
      return peer;
  }
};

/** The same object where there is nothing to do. */
export const withAbsoluteSubjects = (policy: Policy): Policy => (policy.subjects.some(hasRelative) ? { ...policy, subjects: policy.subjects.map(absolute) } : policy);
