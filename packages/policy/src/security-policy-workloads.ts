/**
 * The workloads of an entry of our own kinds: podSelector, vmSelector, hostSelector, namespaceSelector, namespaces and serviceAccount.
 *
 * A namespaceSelector or `namespaces` alone means all pods there, as in NetworkPolicy; machines are meant by vmSelector only. A namespaced
 * policy without them means its own namespace; a cluster-scoped one every namespace.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import type { ClusterScope, WorkloadKind } from '@firsthop/selector';
import { type Origin, readSelector } from './bind-selector.ts';
import { isDnsLabel, isDnsName } from './names.ts';
import { describe, errorsOf, type ForeignRecord, isAbsent, type Path, type Read, readObject, refuse, unknownFields } from './reading.ts';
import type { Peer } from './rule.ts';
import { type Beholder, readClusterScope, readNamespaceScope } from './security-policy-namespaces.ts';

const kindFields: readonly (readonly [field: string, kind: WorkloadKind])[] = [['podSelector', 'pod'], ['vmSelector', 'vm'], ['hostSelector', 'host']];
const namespaceFields = ['namespaceSelector', 'namespaces'];

export const workloadFields: readonly string[] = [...kindFields.map(([field]) => field), ...namespaceFields, 'serviceAccount'];

const has = (entry: ForeignRecord, field: string): boolean => !isAbsent(entry.get(field));

/** `{namespace, name}` of a ServiceAccount, a Service or a Group; the namespace is the policy's own where it is not written. */
export const readReference = (raw: unknown, path: Path, origin: Origin): Read<{ readonly namespace: string | undefined; readonly name: string }> => {
  const object = readObject(raw, path, '{namespace, name}');
  if (!object.ok) return object;
  const unknown = unknownFields(object.value, ['namespace', 'name'], path);
  const [name, namespace] = [object.value.get('name'), object.value.get('namespace') ?? undefined];
  const isName = typeof name === 'string' && isDnsName(name);
  const named = isName ? ok(name) : refuse(isAbsent(name) ? 'REQUIRED' : 'NAME_INVALID', [...path, 'name'], `${describe(name)} is not a name`);
  const isNamespace = namespace === undefined || (typeof namespace === 'string' && isDnsLabel(namespace));
  const placed = isNamespace ? ok(namespace ?? origin.namespace) : refuse('NAME_INVALID', [...path, 'namespace'], `${describe(namespace)} is not a namespace`);
  if (unknown.length > 0 || !named.ok || !placed.ok) return fail([...unknown, ...errorsOf(named), ...errorsOf(placed)]);
  return ok({ name: named.value, namespace: placed.value });
};

/** As above, of something that is always in a namespace. */
export const readPlacedReference = (raw: unknown, path: Path, origin: Origin): Read<{ readonly namespace: string; readonly name: string }> => {
  const reference = readReference(raw, path, origin);
  if (!reference.ok) return reference;
  const { namespace, name } = reference.value;
  return namespace === undefined ? refuse('REQUIRED', [...path, 'namespace'], 'a cluster-scoped policy has no namespace of its own: write one') : ok({ namespace, name });
};

const readAccount = (raw: unknown, path: Path, origin: Origin, clusters: ClusterScope): Read<Peer> => {
  const account = readPlacedReference(raw, path, origin);
  if (!account.ok) return account;
  const { namespace, name } = account.value;
  return ok({ kind: 'workloads', selector: { kind: 'pod', clusters, namespaces: { kind: 'named', namespace }, labels: { requirements: [] }, serviceAccount: name } });
};

const conflictsOf = (entry: ForeignRecord, path: Path): Read<undefined> => {
  const kinds = kindFields.map(([field]) => field).filter((field) => has(entry, field));
  if (kinds.length > 1) return refuse('PEER_CONFLICT', path, `no workload is meant by both ${kinds.join(' and ')}: make entries of their own of them`);
  const host = has(entry, 'hostSelector') ? namespaceFields.find((field) => has(entry, field)) : undefined;
  if (host !== undefined) return refuse('PEER_CONFLICT', [...path, host], 'hosts are in no namespace');
  const other = has(entry, 'serviceAccount') ? kinds.find((field) => field !== 'podSelector') : undefined;
  return other === undefined ? ok(undefined) : refuse('PEER_CONFLICT', [...path, 'serviceAccount'], 'only pods have service accounts');
};

const readSelected = (entry: ForeignRecord, path: Path, origin: Origin, clusters: ClusterScope, beholder: Beholder): Read<Peer> => {
  const [field, kind] = kindFields.find(([name]) => has(entry, name)) ?? (['podSelector', 'pod'] as const);
  const labels = readSelector(entry.get(field), [...path, field]);
  const namespaces = kind === 'host' ? ok({ kind: 'any' as const }) : readNamespaceScope(entry, path, origin, beholder);
  if (!labels.ok || !namespaces.ok) return fail([...errorsOf(labels), ...errorsOf(namespaces)]);
  return ok({ kind: 'workloads', selector: { kind, clusters, namespaces: namespaces.value, labels: labels.value ?? { requirements: [] } } });
};

/** All of them must hold. Empty: the entry says nothing about workloads. */
export const readWorkloads = (entry: ForeignRecord, path: Path, origin: Origin, beholder: Beholder): Read<readonly Peer[]> => {
  if (!workloadFields.some((field) => has(entry, field))) return ok([]);
  const conflicts = conflictsOf(entry, path);
  const clusters = readClusterScope(entry, path, origin);
  if (!conflicts.ok || !clusters.ok) return fail([...errorsOf(conflicts), ...errorsOf(clusters)]);
  const isSelected = [...kindFields.map(([field]) => field), ...namespaceFields].some((field) => has(entry, field));
  const read = [
    ...(isSelected ? [readSelected(entry, path, origin, clusters.value, beholder)] : []),
    ...(has(entry, 'serviceAccount') ? [readAccount(entry.get('serviceAccount'), [...path, 'serviceAccount'], origin, clusters.value)] : []),
  ];
  const errors = read.flatMap(errorsOf);
  return errors.length > 0 ? fail(errors) : ok(read.flatMap((one) => (one.ok ? [one.value] : [])));
};
