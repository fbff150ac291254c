/**
 * Peers and appliedTo entries of SecurityPolicy and ClusterSecurityPolicy: fields of one entry are AND, entries are OR.
 *
 * A namespaceSelector or `namespaces` alone means all pods there, as in NetworkPolicy; machines are meant by vmSelector only.
 * A namespaced policy without them means its own namespace; a cluster-scoped one every namespace.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import type { ClusterScope, NamespaceScope, WorkloadSelector } from '@firsthop/selector';
import { homeCluster, homeNamespace, namespacesOf, type Origin, readSelector, workloads } from './bind-selector.ts';
import { readCidrPeer } from './cidr-peer.ts';
import type { PolicyError } from './policy-error.ts';
import { errorsOf, fault, type ForeignRecord, isAbsent, type Path, type Read, readChoice, readObject, refuse, unknownFields } from './reading.ts';
import type { Peer } from './rule.ts';

const selectorFields = ['podSelector', 'namespaceSelector', 'namespaces', 'vmSelector', 'scope'];
const laterFields = ['hostSelector', 'group', 'serviceAccount', 'service', 'nodes', 'fqdn', 'clusters', 'not'];

export const unsupported = (record: ForeignRecord, fields: readonly string[], path: Path): PolicyError[] =>
  fields.filter((field) => !isAbsent(record.get(field))).map((field) => fault('UNSUPPORTED', [...path, field], `${field} is not built in this version yet`));

const has = (entry: ForeignRecord, field: string): boolean => !isAbsent(entry.get(field));

/** `undefined`: not written. */
const readNamespaces = (raw: unknown, path: Path, origin: Origin): Read<NamespaceScope | undefined> => {
  if (isAbsent(raw)) return ok(undefined);
  const object = readObject(raw, path, '{match: Self}');
  if (!object.ok) return object;
  const errors = [...unsupported(object.value, ['sameLabels'], path), ...unknownFields(object.value, ['match', 'sameLabels'], path)];
  if (errors.length > 0) return fail(errors);
  const match = readChoice(object.value.get('match'), [...path, 'match'], ['Self']);
  if (!match.ok) return match;
  if (origin.namespace === undefined) return refuse('UNSUPPORTED', [...path, 'match'], 'Self in a cluster-scoped policy is not built in this version yet');
  return ok(homeNamespace(origin));
};

const readClusters = (raw: unknown, path: Path, origin: Origin): Read<ClusterScope> => {
  if (isAbsent(raw)) return ok(homeCluster(origin));
  const scope = readChoice(raw, path, ['Cluster', 'ClusterSet']);
  if (!scope.ok) return scope;
  return ok(scope.value === 'ClusterSet' ? { kind: 'any' } : homeCluster(origin));
};

const readScope = (entry: ForeignRecord, path: Path, origin: Origin): Read<NamespaceScope> => {
  const byLabels = readSelector(entry.get('namespaceSelector'), [...path, 'namespaceSelector']);
  const byWord = readNamespaces(entry.get('namespaces'), [...path, 'namespaces'], origin);
  if (!byLabels.ok || !byWord.ok) return fail([...errorsOf(byLabels), ...errorsOf(byWord)]);
  if (byLabels.value !== undefined && byWord.value !== undefined) return refuse('PEER_CONFLICT', path, 'namespaceSelector and namespaces exclude each other');
  return ok(byLabels.value === undefined ? (byWord.value ?? homeNamespace(origin)) : namespacesOf(byLabels.value));
};

const readWorkloads = (entry: ForeignRecord, path: Path, origin: Origin): Read<WorkloadSelector> => {
  if (has(entry, 'podSelector') && has(entry, 'vmSelector')) return refuse('PEER_CONFLICT', path, 'no workload is both a pod and a virtual machine: make two entries of it');
  const kind = has(entry, 'vmSelector') ? 'vm' : 'pod';
  const labels = readSelector(entry.get(`${kind}Selector`), [...path, `${kind}Selector`]);
  const namespaces = readScope(entry, path, origin);
  const clusters = readClusters(entry.get('scope'), [...path, 'scope'], origin);
  if (!labels.ok || !namespaces.ok || !clusters.ok) return fail([...errorsOf(labels), ...errorsOf(namespaces), ...errorsOf(clusters)]);
  return ok(workloads(kind, clusters.value, namespaces.value, labels.value));
};

const namesNobody = (entry: ForeignRecord): boolean => !['podSelector', 'vmSelector', 'namespaceSelector', 'namespaces'].some((field) => has(entry, field));

const entryErrors = (entry: ForeignRecord, path: Path, own: readonly string[]): PolicyError[] => [...unsupported(entry, laterFields, path), ...unknownFields(entry, [...own, ...laterFields], path)];

export const readSecurityPeer = (raw: unknown, path: Path, origin: Origin): Read<Peer> => {
  const entry = readObject(raw, path, 'a peer');
  if (!entry.ok) return entry;
  const errors = entryErrors(entry.value, path, [...selectorFields, 'cidr']);
  if (errors.length > 0) return fail(errors);
  if (has(entry.value, 'cidr')) {
    if (selectorFields.some((field) => has(entry.value, field))) return refuse('PEER_CONFLICT', path, 'a cidr stands alone: put the selectors into a peer of their own');
    return readCidrPeer(entry.value.get('cidr'), [...path, 'cidr']);
  }
  if (namesNobody(entry.value)) return refuse('PEER_EMPTY', path, 'a peer names somebody; leave the list empty to mean everybody');
  const selector = readWorkloads(entry.value, path, origin);
  return selector.ok ? ok({ kind: 'workloads', selector: selector.value }) : selector;
};

/** Whom a policy governs. A namespaced one never reaches out of its namespace. */
export const readSubject = (raw: unknown, path: Path, origin: Origin): Read<Peer> => {
  const entry = readObject(raw, path, 'an appliedTo entry');
  if (!entry.ok) return entry;
  const errors = entryErrors(entry.value, path, selectorFields);
  if (errors.length > 0) return fail(errors);
  if (origin.namespace !== undefined && has(entry.value, 'namespaceSelector')) return refuse('PEER_CONFLICT', [...path, 'namespaceSelector'], 'a namespaced policy governs its own namespace only; use a ClusterSecurityPolicy');
  if (namesNobody(entry.value)) return refuse('PEER_EMPTY', path, 'an appliedTo entry names somebody: podSelector, vmSelector or namespaces');
  const selector = readWorkloads(entry.value, path, origin);
  return selector.ok ? ok({ kind: 'workloads', selector: selector.value }) : selector;
};
