/**
 * What leaves this cluster for one peer: the workloads that its ClusterPeer's export selectors name, and their namespaces.
 * Nothing by default, and never a host: those are in no namespace that could be exported.
 *
 * @module
 */
import type { ClusterPeer, Namespace, Workload, WorkloadId } from '@firsthop/inventory';
import { type Labels, matchesLabels } from '@firsthop/selector';
import { type ExportedEndpoint, exportNamespace, exportWorkload } from './exported-endpoint.ts';

export interface ExportSource {
  readonly cluster: string;
  workloads(): Iterable<Workload>;
  namespaces(): Iterable<Namespace>;
  namespaceLabels(cluster: string, namespace: string): Labels;
}

/** Both must match. */
type ExportSelectors = NonNullable<ClusterPeer['export']>;

/** Whether this workload leaves by these selectors. */
export const leaves = ({ workloads, namespaces }: ExportSelectors, workload: Workload, source: ExportSource): boolean => {
  const { cluster, namespace, labels } = workload;
  if (cluster !== source.cluster || workload.kind === 'host' || workload.hostNetwork) return false;
  return matchesLabels(workloads, labels) && matchesLabels(namespaces, source.namespaceLabels(cluster, namespace));
};

/** By key: `w/<uid>` and `n/<namespace>`. It looks at everything; `PeerExports` keeps the same from change to change. */
export const selectExports = (peer: ClusterPeer, source: ExportSource): Map<string, ExportedEndpoint> => {
  const selected = new Map<string, ExportedEndpoint>();
  const selectors = peer.export;
  if (selectors === undefined) return selected;
  const leaving = new Set<string>();
  for (const workload of source.workloads()) {
    if (!leaves(selectors, workload, source)) continue;
    selected.set(workloadKey(workload.id, source.cluster), exportWorkload(workload));
    leaving.add(workload.namespace);
  }
  for (const namespace of source.namespaces()) {
    if (namespace.cluster === source.cluster && leaving.has(namespace.name)) selected.set(namespaceKey(namespace.name), exportNamespace(namespace));
  }
  return selected;
};

export const workloadKey = (id: WorkloadId, cluster: string): string => `w/${id.slice(cluster.length + 1)}`;
export const namespaceKey = (name: string): string => `n/${name}`;
