/**
 * Everything of one cluster that was read so far.
 *
 * @module
 */
import type { ClusterPeer, IngressRoute, Namespace, Node, Service } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import type { WorkloadDraft } from '@firsthop/objects';
import type { Group, Policy, Tier } from '@firsthop/policy';
import type { ManifestDocument } from './parse-documents.ts';

export interface ClusterDraft {
  readonly cluster: string;
  readonly drafts: WorkloadDraft[];
  readonly namespaces: Map<string, Namespace>;
  readonly nodes: Node[];
  readonly services: Service[];
  readonly clusterPeers: ClusterPeer[];
  readonly ingresses: { readonly route: IngressRoute; readonly document: ManifestDocument }[];
  readonly tiers: Tier[];
  readonly groups: { readonly group: Group; readonly document: ManifestDocument }[];
  readonly policies: { readonly policy: Policy; readonly document: ManifestDocument }[];
  /** Kind, namespace and name of every object, to notice the second of its name. */
  readonly seen: Set<string>;
  readonly uids: Set<string>;
  /** Who wrote an address down first, as `namespace/name`. */
  readonly holders: Map<Address, string>;
}

export const clusterDraft = (cluster: string): ClusterDraft => ({ cluster, drafts: [], namespaces: new Map(), nodes: [], services: [], clusterPeers: [], ingresses: [], tiers: [], groups: [], policies: [], seen: new Set(), uids: new Set(), holders: new Map() });
