/**
 * Peers of NetworkPolicy: exactly an ipBlock, or podSelector and namespaceSelector, at least one of them.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { homeCluster, homeNamespace, namespacesOf, type Origin, readSelector, workloads } from './bind-selector.ts';
import { readCidrPeer } from './cidr-peer.ts';
import { errorsOf, type ForeignRecord, isAbsent, type Path, type Read, readObject, refuse, unknownFields } from './reading.ts';
import type { Peer } from './rule.ts';

const readSelectors = (peer: ForeignRecord, path: Path, origin: Origin): Read<Peer> => {
  const pods = readSelector(peer.get('podSelector'), [...path, 'podSelector']);
  const namespaces = readSelector(peer.get('namespaceSelector'), [...path, 'namespaceSelector']);
  if (!pods.ok || !namespaces.ok) return fail([...errorsOf(pods), ...errorsOf(namespaces)]);
  if (pods.value === undefined && namespaces.value === undefined) return refuse('PEER_EMPTY', path, 'a peer names a podSelector, a namespaceSelector or an ipBlock; an empty one is not "everybody"');
  const where = namespaces.value === undefined ? homeNamespace(origin) : namespacesOf(namespaces.value);
  return ok({ kind: 'workloads', selector: workloads('pod', homeCluster(origin), where, pods.value) });
};

export const readNetworkPolicyPeer = (raw: unknown, path: Path, origin: Origin): Read<Peer> => {
  const peer = readObject(raw, path, 'a peer');
  if (!peer.ok) return peer;
  const unknown = unknownFields(peer.value, ['podSelector', 'namespaceSelector', 'ipBlock'], path);
  if (unknown.length > 0) return fail(unknown);
  if (isAbsent(peer.value.get('ipBlock'))) return readSelectors(peer.value, path, origin);
  if (!isAbsent(peer.value.get('podSelector')) || !isAbsent(peer.value.get('namespaceSelector'))) return refuse('PEER_CONFLICT', path, 'an ipBlock stands alone: put the selectors into a peer of their own');
  return readCidrPeer(peer.value.get('ipBlock'), [...path, 'ipBlock']);
};
