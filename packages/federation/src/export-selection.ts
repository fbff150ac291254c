/**
 * What leaves this cluster for one peer: the workloads that its ClusterPeer's export selectors name, and their namespaces.
 * Nothing by default, and never a host: those are in no namespace that could be exported.
 *
 * @module
 */
import type { ClusterPeer, Namespace, Workload } from '@firsthop/inventory';
import { type Labels, matchesLabels } from '@firsthop/selector';
import { type ExportedEndpoint, exportNamespace, exportWorkload } from './exported-endpoint.ts';

export interface ExportSource {
  readonly cluster: string;
  workloads(): Iterable<Workload>;
  namespaces(): Iterable<Namespace>;
  namespaceLabels(cluster: string, namespace: string): Labels;
}

/** By key: `w/<uid>` and `n/<namespace>`. */
export const selectExports = (peer: ClusterPeer, source: ExportSource): Map<string, ExportedEndpoint> => {
  const selected = new Map<string, ExportedEndpoint>();
  const selectors = peer.export;
  if (selectors === undefined) return selected;
  const leaving = new Set<string>();
  for (const workload of source.workloads()) {
    const { cluster, namespace, labels } = workload;
    if (cluster !== source.cluster || workload.kind === 'host' || workload.hostNetwork || !matchesLabels(selectors.workloads, labels)) continue;
    if (!matchesLabels(selectors.namespaces, source.namespaceLabels(cluster, namespace))) continue;
    const exported = exportWorkload(workload);
    if (exported.of === 'workload') selected.set(`w/${exported.uid}`, exported);
    leaving.add(namespace);
  }
  for (const namespace of source.namespaces()) {
    if (namespace.cluster === source.cluster && leaving.has(namespace.name)) selected.set(`n/${namespace.name}`, exportNamespace(namespace));
  }
  return selected;
};
