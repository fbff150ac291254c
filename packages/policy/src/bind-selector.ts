/**
 * Selectors bound to cluster and namespace at the moment of reading, so that nothing downstream can forget it.
 *
 * @module
 */
import { ok } from '@firsthop/base';
import { type ClusterScope, everything, type LabelSelector, type NamespaceScope, parseLabelSelector, type WorkloadKind, type WorkloadSelector } from '@firsthop/selector';
import { isAbsent, type Path, type Read } from './reading.ts';

/** Where a policy was written. `namespace: undefined`: a cluster-scoped kind, whose selectors reach every namespace. */
export interface Origin {
  readonly cluster: string;
  readonly namespace: string | undefined;
}

export const homeNamespace = ({ namespace }: Origin): NamespaceScope => (namespace === undefined ? { kind: 'any' } : { kind: 'named', namespace });
export const homeCluster = ({ cluster }: Origin): ClusterScope => ({ kind: 'named', cluster });

/** `undefined`: not written, which means something else than the empty selector. */
export const readSelector = (raw: unknown, path: Path): Read<LabelSelector | undefined> => (isAbsent(raw) ? ok(undefined) : parseLabelSelector(raw, path));

export const namespacesOf = (selector: LabelSelector): NamespaceScope => (selector.requirements.length === 0 ? { kind: 'any' } : { kind: 'labels', selector });

export const workloads = (kind: WorkloadKind, clusters: ClusterScope, namespaces: NamespaceScope, labels: LabelSelector | undefined): WorkloadSelector => ({ kind, clusters, namespaces, labels: labels ?? everything });
