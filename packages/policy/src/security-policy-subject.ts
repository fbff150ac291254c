/**
 * Entries of appliedTo: whom a policy governs. Workloads only, for an address governs nobody; a namespaced policy never reaches out of its
 * namespace, whatever its groups hold.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import type { ClusterScope } from '@firsthop/selector';
import { homeNamespace, type Origin, workloads } from './bind-selector.ts';
import { errorsOf, fault, type ForeignRecord, isAbsent, type Path, type Read, readObject, refuse, unknownFields } from './reading.ts';
import type { PolicyError } from './policy-error.ts';
import type { Peer } from './rule.ts';
import { readClusterScope } from './security-policy-namespaces.ts';
import { collect, everyOf, type PeerPlace, readGroupPeer, readNot } from './security-policy-peer.ts';
import { readReference, readWorkloads, workloadFields } from './security-policy-workloads.ts';

const known = [...workloadFields, 'group', 'scope', 'clusters', 'not'];
const addressFields = ['cidr', 'fqdn', 'nodes', 'service'];

const has = (entry: ForeignRecord, field: string): boolean => !isAbsent(entry.get(field));

const fieldErrors = (entry: ForeignRecord, path: Path, { namespace }: Origin): readonly PolicyError[] => [
  ...addressFields.filter((field) => has(entry, field)).map((field) => fault('PEER_CONFLICT', [...path, field], 'an address governs nobody: appliedTo names workloads')),
  ...unknownFields(entry, [...known, ...addressFields], path),
  ...(namespace === undefined ? [] : ['namespaceSelector', 'hostSelector'].filter((field) => has(entry, field)).map((field) => fault('PEER_CONFLICT', [...path, field], 'a namespaced policy governs its own namespace only; use a ClusterSecurityPolicy'))),
];

/** An account of another namespace would be a policy that governs nobody, silently. */
const accountErrors = (entry: ForeignRecord, path: Path, origin: Origin): readonly PolicyError[] => {
  const account = origin.namespace !== undefined && has(entry, 'serviceAccount') ? readReference(entry.get('serviceAccount'), path, origin) : undefined;
  if (account?.ok !== true || account.value.namespace === origin.namespace) return [];
  return [fault('PEER_CONFLICT', [...path, 'serviceAccount', 'namespace'], 'a namespaced policy governs its own namespace only; use a ClusterSecurityPolicy')];
};

/** Everybody whom a policy of this origin may govern. */
const reachOf = (origin: Origin, clusters: ClusterScope): Peer => {
  const kinds = origin.namespace === undefined ? (['pod', 'vm', 'host'] as const) : (['pod', 'vm'] as const);
  return { kind: 'some', peers: kinds.map((kind): Peer => ({ kind: 'workloads', selector: workloads(kind, clusters, homeNamespace(origin), undefined) })) };
};

/** Not everybody in a group is within reach; the entry's own selectors are bound already. */
const readGroup = (entry: ForeignRecord, path: Path, origin: Origin): Read<readonly Peer[]> => {
  if (!has(entry, 'group')) return ok([]);
  const group = readGroupPeer(entry.get('group'), [...path, 'group'], origin);
  const clusters = readClusterScope(entry, path, origin);
  if (!group.ok || !clusters.ok) return fail([...errorsOf(group), ...errorsOf(clusters)]);
  return ok([group.value, reachOf(origin, clusters.value)]);
};

const readEntry = (raw: unknown, path: Path, place: PeerPlace): Read<Peer> => {
  const object = readObject(raw, path, 'an appliedTo entry');
  if (!object.ok) return object;
  const entry = object.value;
  const errors = [...fieldErrors(entry, path, place.origin), ...accountErrors(entry, path, place.origin)];
  if (errors.length > 0) return fail(errors);
  const named = collect([readWorkloads(entry, path, place.origin, 'nobody'), readGroup(entry, path, place.origin)]);
  const not = has(entry, 'not') ? readNot(entry.get('not'), [...path, 'not'], place, readEntry) : undefined;
  if (!named.ok || not?.ok === false) return fail([...errorsOf(named), ...(not === undefined ? [] : errorsOf(not))]);
  if (named.value.length === 0) return refuse('PEER_EMPTY', path, 'an appliedTo entry names somebody: podSelector, vmSelector, hostSelector, namespaces, serviceAccount or group; not only takes away');
  return ok(everyOf([...named.value, ...(not === undefined ? [] : [not.value])]));
};

export const readSubject = (raw: unknown, path: Path, origin: Origin): Read<Peer> => readEntry(raw, path, { origin, beholder: 'nobody', rule: undefined, depth: 0 });
