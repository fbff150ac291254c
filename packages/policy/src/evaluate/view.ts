/**
 * What one cluster knows: its own objects, what other clusters export to it, and the policies they share with it.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { ClusterPeer, Namespace, Node, Service, Workload } from '@firsthop/inventory';
import { type Address, cidrRange, rangeContains } from '@firsthop/netaddr';
import { type Labels, matchesLabels, type SelectableFacts } from '@firsthop/selector';
import type { Policy } from '../policy.ts';
import { inForce } from '../in-force.ts';
import { isShared } from '../shared-policy.ts';
import { allTiers } from '../tier-standing.ts';
import type { Tier } from '../tier.ts';
import type { World, Worlds } from './world.ts';

export interface View {
  readonly cluster: string;
  readonly workloads: readonly Workload[];
  /** Of every cluster: labels of foreign namespaces are needed to match foreign workloads. */
  readonly namespaces: readonly Namespace[];
  /** Own ones only. */
  readonly services: readonly Service[];
  /** Own ones only. */
  readonly nodes: readonly Node[];
  /** As they take effect here. */
  readonly policies: readonly Policy[];
  /** In order of evaluation. */
  readonly tiers: readonly Tier[];
}

const peersTowards = (world: World, other: string): readonly ClusterPeer[] => world.clusterPeers.filter(({ peer }) => peer === other);

const namespaceOf = (namespaces: readonly Namespace[], { cluster, namespace }: Workload): Namespace | undefined => namespaces.find((one) => one.cluster === cluster && one.name === namespace);

/** A namespace without an object is an empty one that still has its name. */
const namespaceLabels = (namespaces: readonly Namespace[], workload: Workload): Labels => namespaceOf(namespaces, workload)?.labels ?? new Map([['kubernetes.io/metadata.name', workload.namespace]]);

/** Hosts never are: a ClusterPeer exports pods and machines of namespaces. */
const isExported = (exporter: World, workload: Workload, viewer: string): boolean =>
  workload.kind !== 'host' && peersTowards(exporter, viewer).some(({ export: offer }) => offer !== undefined && matchesLabels(offer.namespaces, namespaceLabels(exporter.namespaces, workload)) && matchesLabels(offer.workloads, workload.labels));

/** Addresses of another cluster are believed only inside what this cluster wrote down for it. */
const isBelieved = (viewer: World, exporter: string, address: Address): boolean =>
  peersTowards(viewer, exporter).some(({ addresses }) => addresses.some((cidr) => rangeContains(cidrRange(cidr), address)));

const believedPart = (viewer: World, workload: Workload): Workload => ({
  ...workload,
  endpoints: workload.endpoints.map((endpoint) => ({ ...endpoint, addresses: endpoint.addresses.filter((address) => isBelieved(viewer, workload.cluster, address)) })),
});

const importedWorkloads = (viewer: World, exporter: World): Workload[] =>
  exporter.workloads.filter((workload) => isExported(exporter, workload, viewer.cluster)).map((workload) => believedPart(viewer, workload));

/** A policy is shared if it governs somebody in the whole cluster set, between clusters that each name the other. */
const sharedPolicies = (viewer: World, other: World): Policy[] => {
  const mutual = peersTowards(viewer, other.cluster).length > 0 && peersTowards(other, viewer.cluster).length > 0;
  return mutual ? other.policies.filter(isShared) : [];
};

export const viewOf = (worlds: Worlds, own: World): View => {
  const others = [...worlds.values()].filter(({ cluster }) => cluster !== own.cluster);
  const policies = [...own.policies, ...others.flatMap((other) => sharedPolicies(own, other))];
  return {
    cluster: own.cluster,
    workloads: [...own.workloads, ...others.flatMap((other) => importedWorkloads(own, other))],
    namespaces: [...own.namespaces, ...others.flatMap(({ namespaces }) => namespaces)],
    services: own.services,
    nodes: own.nodes,
    policies: policies.map((policy) => inForce(policy, { tiers: own.tiers, groups: [...own.groups, ...others.flatMap(({ groups }) => groups)] })),
    tiers: allTiers(own.tiers),
  };
};

export const factsOf = (view: View, workload: Workload): SelectableFacts => ({
  kind: workload.kind,
  cluster: workload.cluster,
  namespace: workload.namespace,
  namespaceLabels: namespaceLabels(view.namespaces, workload),
  labels: workload.labels,
  serviceAccount: workload.serviceAccount,
});

export const enforcementOf = (view: View, workload: Workload): Namespace['enforcement'] => workload.enforcement ?? namespaceOf(view.namespaces, workload)?.enforcement ?? 'Open';

export const holdsAddress = ({ endpoints }: Workload, address: Address): boolean => endpoints.some(({ addresses }) => addresses.includes(address));

/**
 * Whoever selectors may find behind an address: nobody, or the one workload that owns it. Never host-network pods, whose address is
 * their node's. Where several claim it, one of this cluster before one of another, then the lowest id.
 */
export const workloadsAt = (view: View, address: Address): readonly Workload[] => {
  const isForeign = ({ cluster }: Workload): number => (cluster === view.cluster ? 0 : 1);
  const claims = view.workloads.filter((workload) => !workload.hostNetwork && holdsAddress(workload, address));
  return claims.sort((a, b) => isForeign(a) - isForeign(b) || compareText(a.id, b.id)).slice(0, 1);
};
