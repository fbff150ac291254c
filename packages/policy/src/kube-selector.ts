/**
 * Pods as policy.networking.k8s.io writes them: `namespaces`, a selector of namespaces with all their pods, or `pods`, selectors of both.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { parseLabelSelector } from '@firsthop/selector';
import { homeCluster, namespacesOf, type Origin, readSelector, workloads } from './bind-selector.ts';
import type { KubeDialect } from './kube-dialect.ts';
import { errorsOf, isAbsent, type Path, type Read, readObject, refuse, unknownFields } from './reading.ts';
import type { Peer } from './rule.ts';

export const readKubeNamespaces = (raw: unknown, path: Path, origin: Origin): Read<Peer> => {
  const selector = parseLabelSelector(raw, path);
  return selector.ok ? ok({ kind: 'workloads', selector: workloads('pod', homeCluster(origin), namespacesOf(selector.value), undefined) }) : selector;
};

/** An absent namespaceSelector is every namespace in both versions; an absent podSelector is every pod in v1alpha1, and refused in v1alpha2. */
export const readKubePods = (raw: unknown, path: Path, origin: Origin, { isPodSelectorOptional }: KubeDialect): Read<Peer> => {
  const object = readObject(raw, path, '{namespaceSelector, podSelector}');
  if (!object.ok) return object;
  const unknown = unknownFields(object.value, ['namespaceSelector', 'podSelector'], path);
  const isEmpty = isAbsent(object.value.get('podSelector')) && (!isPodSelectorOptional || isAbsent(object.value.get('namespaceSelector')));
  const required = isEmpty ? refuse('REQUIRED', [...path, 'podSelector'], 'podSelector is expected here; {} means every pod') : ok(undefined);
  const pods = readSelector(object.value.get('podSelector'), [...path, 'podSelector']);
  const namespaces = readSelector(object.value.get('namespaceSelector'), [...path, 'namespaceSelector']);
  const errors = [...unknown, ...[required, pods, namespaces].flatMap(errorsOf)];
  if (errors.length > 0 || !pods.ok || !namespaces.ok) return fail(errors);
  const where = namespaces.value === undefined ? { kind: 'any' as const } : namespacesOf(namespaces.value);
  return ok({ kind: 'workloads', selector: workloads('pod', homeCluster(origin), where, pods.value) });
};

/** Whom the policy governs: exactly one of the two. */
export const readKubeSubject = (raw: unknown, origin: Origin, dialect: KubeDialect): Read<Peer> => {
  const path = ['spec', 'subject'];
  const subject = readObject(raw, path, '{namespaces} or {pods}');
  if (!subject.ok) return subject;
  const unknown = unknownFields(subject.value, ['namespaces', 'pods'], path);
  if (unknown.length > 0) return fail(unknown);
  const written = ['namespaces', 'pods'].filter((field) => !isAbsent(subject.value.get(field)));
  if (written.length === 0) return refuse('REQUIRED', path, 'a subject is one of namespaces and pods; {namespaces: {}} means every pod');
  if (written.length > 1) return refuse('PEER_CONFLICT', path, 'a subject is one of namespaces and pods, not both');
  if (written[0] === 'pods') return readKubePods(subject.value.get('pods'), [...path, 'pods'], origin, dialect);
  return readKubeNamespaces(subject.value.get('namespaces'), [...path, 'namespaces'], origin);
};
