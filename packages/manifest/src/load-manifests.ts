/**
 * Manifests to facts, policies and the evaluator's worlds, one of each per cluster. Never throws, whatever the texts hold;
 * what is wrong is reported with file and line, and harms nothing beside it.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';
import type { Fact, Workload } from '@firsthop/inventory';
import { type Policy, policyKey, type Tier, tierFault, type World } from '@firsthop/policy';
import { assignAddresses, nodePool, podPool } from './address-pool.ts';
import { type ManifestDocument, type ManifestError, readDocuments, unfoldLists } from './documents.ts';
import { type ClusterDraft, emptyDraft, placed } from './draft.ts';
import { impliedNamespace } from './read-cluster-object.ts';
import { readObject } from './read-object.ts';
import type { Source } from './source-files.ts';

export interface LoadedCluster {
  readonly facts: readonly Fact[];
  readonly policies: readonly Policy[];
  readonly tiers: readonly Tier[];
  readonly world: World;
  /** Policies, as written, whose subjects reach beyond this cluster. */
  readonly shared: readonly { readonly key: string; readonly object: unknown }[];
}

export interface LoadedManifests {
  readonly clusters: ReadonlyMap<string, LoadedCluster>;
  readonly documents: readonly ManifestDocument[];
  readonly errors: readonly ManifestError[];
  readonly warnings: readonly string[];
}

export const loadManifests = (sources: readonly Source[]): LoadedManifests => {
  const drafts = new Map<string, ClusterDraft>();
  const [documents, errors, warnings]: [ManifestDocument[], ManifestError[], string[]] = [[], [], []];
  for (const source of sources) {
    const read = readDocuments(source);
    errors.push(...read.errors);
    for (const document of read.documents.flatMap(unfoldLists)) {
      const draft = drafts.get(document.cluster) ?? emptyDraft(document.cluster);
      drafts.set(document.cluster, draft);
      documents.push(document);
      const { faults, warning } = readObject(document, draft);
      errors.push(...faults.map((fault) => placed(document, fault)));
      if (warning !== undefined) warnings.push(`${document.file}:${document.line} ${warning}`);
    }
  }
  for (const draft of drafts.values()) errors.push(...tierFaults(draft));
  const names = [...drafts.keys()].sort();
  const addresses = allAddresses(drafts);
  return { clusters: new Map(names.map((name) => [name, finish(drafts.get(name) ?? emptyDraft(name), addresses)])), documents, errors, warnings };
};

const tierFaults = ({ policies, tiers }: ClusterDraft): ManifestError[] =>
  [...policies.values()].flatMap(({ policy, document }) => {
    const fault = tierFault(policy, [...tiers.values()]);
    return fault === undefined ? [] : [placed(document, fault)];
  });

/** By `cluster/kind/namespace/name`, over all clusters, so that no two of them give the same address. */
const allAddresses = (drafts: ReadonlyMap<string, ClusterDraft>): ReadonlyMap<string, Address[]> => {
  const workloads = [...drafts.values()].flatMap((draft) => [...draft.workloads.values()]);
  const nodes = [...drafts.values()].flatMap((draft) => [...draft.nodes.values()]);
  const taken = new Set(workloads.flatMap(({ workload }) => workload.endpoints.flatMap(({ addresses }) => addresses)));
  const takenByNodes = new Set(nodes.flatMap(({ addresses }) => addresses));
  const forPods = assignAddresses(podPool, workloads.filter(({ needsAddresses }) => needsAddresses).flatMap(({ workload }) => workload.endpoints.map(({ id }) => id)), taken);
  const forNodes = assignAddresses(nodePool, nodes.filter(({ addresses }) => addresses.length === 0).map(({ cluster, name }) => `node/${cluster}/${name}`), takenByNodes);
  return new Map([...forPods, ...forNodes]);
};

const finish = (draft: ClusterDraft, addresses: ReadonlyMap<string, Address[]>): LoadedCluster => {
  const { cluster } = draft;
  const workloads = [...draft.workloads.values()].map(({ workload, needsAddresses }): Workload => (needsAddresses ? { ...workload, endpoints: workload.endpoints.map((endpoint) => ({ ...endpoint, addresses: addresses.get(endpoint.id) ?? [] })) } : workload));
  const nodes = [...draft.nodes.values()].map((node) => (node.addresses.length > 0 ? node : { ...node, addresses: addresses.get(`node/${cluster}/${node.name}`) ?? [] }));
  const mentioned = [...workloads, ...draft.services.values(), ...[...draft.policies.values()].map(({ policy }) => policy.ref)].flatMap(({ namespace }) => namespace ?? []);
  const namespaces = [...draft.namespaces.values(), ...[...new Set(mentioned)].filter((name) => !draft.namespaces.has(name)).map((name) => impliedNamespace(cluster, name))];
  const policies = [...draft.policies.values()].map(({ policy }) => policy);
  const [services, clusterPeers, tiers] = [[...draft.services.values()], [...draft.peers.values()], [...draft.tiers.values()]];
  const shared = [...draft.policies.values()].filter(({ policy }) => policy.subjects.some(({ clusters }) => clusters.kind === 'any')).map(({ policy, document }) => ({ key: policyKey(policy.ref), object: document.object }));
  const world: World = { cluster, workloads, namespaces, nodes, services, policies, tiers, clusterPeers };
  return { world, policies, tiers, shared, facts: factsOf(world) };
};

const factsOf = ({ cluster, workloads, namespaces, nodes, services, clusterPeers }: World): Fact[] => [
  ...namespaces.map((now): Fact => ({ of: 'namespace', id: `${cluster}/${now.name}`, now })),
  ...nodes.map((now): Fact => ({ of: 'node', id: `${cluster}/${now.name}`, now })),
  ...workloads.map((now): Fact => ({ of: 'workload', id: now.id, now })),
  ...services.map((now): Fact => ({ of: 'service', id: `${cluster}/${now.namespace}/${now.name}`, now })),
  ...clusterPeers.map((now): Fact => ({ of: 'clusterPeer', id: `${cluster}/${now.peer}`, now })),
];
