/**
 * The kinds of other systems that are read here, and the versions of them.
 *
 * @module
 */
import type { OriginKind, System } from './origin.ts';

interface Group {
  readonly system: System;
  /** Undefined: no version of this group is read; `of` says which group is. */
  readonly version: string | undefined;
  readonly of: string;
  readonly namespaced: readonly string[];
  readonly cluster: readonly string[];
}

const antrea = { namespaced: ['NetworkPolicy', 'Group'], cluster: ['ClusterNetworkPolicy', 'ClusterGroup', 'Tier'] };
const calico = {
  namespaced: ['NetworkPolicy', 'NetworkSet', 'StagedNetworkPolicy', 'StagedKubernetesNetworkPolicy'],
  cluster: ['GlobalNetworkPolicy', 'Tier', 'GlobalNetworkSet', 'StagedGlobalNetworkPolicy'],
};
const cilium = { namespaced: ['CiliumNetworkPolicy'], cluster: ['CiliumClusterwideNetworkPolicy'] };

const groups: ReadonlyMap<string, Group> = new Map<string, Group>([
  ['crd.antrea.io', { system: 'antrea', version: 'v1beta1', of: 'crd.antrea.io/v1beta1', ...antrea }],
  ['security.antrea.tanzu.vmware.com', { system: 'antrea', version: undefined, of: 'crd.antrea.io/v1beta1', ...antrea }],
  ['core.antrea.tanzu.vmware.com', { system: 'antrea', version: undefined, of: 'crd.antrea.io/v1beta1', ...antrea }],
  ['projectcalico.org', { system: 'calico', version: 'v3', of: 'projectcalico.org/v3', ...calico }],
  ['crd.projectcalico.org', { system: 'calico', version: 'v1', of: 'projectcalico.org/v3', ...calico }],
  ['cilium.io', { system: 'cilium', version: 'v2', of: 'cilium.io/v2', ...cilium }],
]);

/** A misspelt kind of policy is one all the same: unread, it would be a hole that nobody sees. */
const isPolicy = (kind: string): boolean => kind.endsWith('NetworkPolicy');

/** Undefined: somebody else's. */
export const foreignKind = (apiVersion: unknown, kind: unknown): { readonly known: OriginKind | undefined; readonly reads: string } | undefined => {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const slash = apiVersion.indexOf('/');
  const group = groups.get(apiVersion.slice(0, Math.max(0, slash)));
  if (group === undefined) return undefined;
  const isNamespaced = group.namespaced.includes(kind);
  const isKnown = isNamespaced || group.cluster.includes(kind);
  if (!isKnown && !isPolicy(kind)) return undefined;
  const isRead = isKnown && apiVersion.slice(slash + 1) === group.version;
  return { known: isRead ? { system: group.system, apiVersion, kind, isNamespaced } : undefined, reads: isKnown ? group.of : [...group.namespaced, ...group.cluster].join(', ') };
};

/** Whether `translate` has something to say about objects of this kind, be it that their version is not read. */
export const isForeign = (apiVersion: unknown, kind: unknown): boolean => foreignKind(apiVersion, kind) !== undefined;
