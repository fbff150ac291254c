/**
 * Files in, clusters out. Pure: the same texts give the same facts, in whatever order the files come, but for duplicates, of which
 * the first counts.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { Fact, Namespace } from '@firsthop/inventory';
import { bareNamespace, fault, type WorkloadDraft } from '@firsthop/objects';
import { type Group, groupFaults, isShared, type Policy, policyKey, policyTies, stageFaults, standingFaults, standingWarnings, type Tier, type World } from '@firsthop/policy';
import { clusterDraft, type ClusterDraft } from './cluster-draft.ts';
import { localCluster } from './cluster-of.ts';
import { type ManifestDocument, parseDocuments, type Source } from './parse-documents.ts';
import { type Placed, placeAll } from './place.ts';
import { capFaults, type Problem } from './problem.ts';
import { ingressWarnings } from './standing-ingress.ts';
import { takeDocument } from './take-document.ts';
import { isForeignDocument, takeForeign } from './take-foreign.ts';

export interface SharedPolicy {
  readonly key: string;
  readonly object: unknown;
}

export interface LoadedCluster {
  readonly facts: readonly Fact[];
  readonly policies: readonly Policy[];
  readonly tiers: readonly Tier[];
  readonly groups: readonly Group[];
  readonly world: World;
  /** Objects of policies with a subject in the whole cluster set, for the other clusters to read. */
  readonly shared: readonly SharedPolicy[];
}

export interface LoadedManifests {
  readonly clusters: ReadonlyMap<string, LoadedCluster>;
  readonly documents: readonly ManifestDocument[];
  readonly errors: readonly Problem[];
  /** Those errors behind which an object of any kind and name may stand: without it, this would look like its deletion. */
  readonly unread: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Everybody's namespace exists, whether it was written or not. */
const namespacesOf = ({ cluster, namespaces, drafts, services, policies }: ClusterDraft): Namespace[] => {
  const named = [...drafts.map(({ namespace }) => namespace), ...services.map(({ namespace }) => namespace), ...policies.flatMap(({ policy }) => policy.ref.namespace ?? [])];
  const missing = [...new Set(named)].filter((name) => !namespaces.has(name)).map((name) => bareNamespace(cluster, name));
  return [...namespaces.values(), ...missing].sort((a, b) => compareText(a.name, b.name));
};

const factsOf = ({ cluster, workloads, namespaces, nodes, services, clusterPeers }: World): Fact[] => [
  ...namespaces.map((now): Fact => ({ of: 'namespace', id: `${cluster}/${now.name}`, now })),
  ...nodes.map((now): Fact => ({ of: 'node', id: `${cluster}/${now.name}`, now })),
  ...workloads.map((now): Fact => ({ of: 'workload', id: now.id, now })),
  ...services.map((now): Fact => ({ of: 'service', id: `${cluster}/${now.namespace}/${now.name}`, now })),
  ...clusterPeers.map((now): Fact => ({ of: 'clusterPeer', id: `${cluster}/${now.peer}`, now })),
];

const finish = (draft: ClusterDraft, { nodes, workloads }: Placed): LoadedCluster => {
  const { cluster, services, clusterPeers, tiers } = draft;
  const groups = draft.groups.map(({ group }) => group);
  const policies = draft.policies.map(({ policy }) => policy);
  const ingresses = draft.ingresses.map(({ route }) => route);
  const world: World = { cluster, workloads, namespaces: namespacesOf(draft), nodes, services, policies, tiers, groups, clusterPeers, ingresses };
  const shared = draft.policies.filter(({ policy }) => isShared(policy)).map(({ policy, document }) => ({ key: policyKey(policy.ref), object: document.object }));
  return { facts: factsOf(world), policies, tiers, groups, world, shared };
};

/** What is wrong with policies and groups because of each other. */
const standingErrors = (draft: ClusterDraft): Problem[] => {
  const groups = draft.groups.map(({ group }) => group);
  const policies = draft.policies.map(({ policy }) => policy);
  return [
    ...draft.groups.flatMap(({ group, document }) => groupFaults(group, groups).map(document.problem)),
    ...draft.policies.flatMap(({ policy, document }) => capFaults([...standingFaults(policy, { tiers: draft.tiers, groups }), ...stageFaults(policy, policies)]).map(document.problem)),
  ];
};

const tieWarnings = ({ policies }: ClusterDraft): Problem[] => {
  const byRef = new Map(policies.map((one) => [one.policy.ref, one]));
  return policyTies(policies.map(({ policy }) => policy)).flatMap(({ tier, priority, policies: tied }) => {
    const ref = tied.at(-1);
    const last = ref === undefined ? undefined : byRef.get(ref);
    const names = tied.map(({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`)).join(', ');
    return last === undefined ? [] : [last.document.problem(fault('PRIORITY_TIE', ['spec', 'priority'], `tier ${tier}, priority ${priority}: ${names} are ordered by ${tier.startsWith('kube-') ? 'kind and name' : 'name'} only`))];
  });
};

/** Policies that will be invalid when they have grown some more. */
const quotaWarnings = (draft: ClusterDraft): Problem[] => {
  const groups = draft.groups.map(({ group }) => group);
  return draft.policies.flatMap(({ policy, document }) => capFaults(standingWarnings(policy, { tiers: draft.tiers, groups }).map(({ path, message }) => fault('NEAR_LIMIT', path, message))).map(document.problem));
};

export interface LoadOptions {
  /** `pods`: host-network pods are pods like others, with addresses of their own, as analyzers read them that know no nodes. Default `host`. */
  readonly hostNetwork?: 'host' | 'pods';
}

const asPod = (draft: WorkloadDraft): WorkloadDraft => (draft.hostNetwork ? { ...draft, hostNetwork: false, interfaces: draft.interfaces.map((one) => ({ ...one, addresses: [] })) } : draft);

export const loadManifests = (sources: readonly Source[], { hostNetwork = 'host' }: LoadOptions = {}): LoadedManifests => {
  const parsed = sources.map(parseDocuments);
  const documents = parsed.flatMap((one) => one.documents);
  const unread = parsed.flatMap((one) => [...one.errors]);
  const errors: Problem[] = [];
  const warnings: Problem[] = [];
  const drafts = new Map<string, ClusterDraft>();
  for (const document of documents) {
    const draft = drafts.get(document.cluster) ?? clusterDraft(document.cluster);
    drafts.set(document.cluster, draft);
    if (isForeignDocument(document)) continue;
    const taken = takeDocument(document, draft);
    (taken.isNamed ? errors : unread).push(...capFaults(taken.errors).map(document.problem));
    warnings.push(...taken.warnings.map(document.problem));
  }
  const foreign = takeForeign(documents, drafts);
  unread.push(...foreign.unread);
  errors.push(...foreign.errors);
  warnings.push(...foreign.warnings);
  // A cluster is made by its objects, not by probes or foreign files that lie in its folder.
  for (const [cluster, { seen }] of drafts) if (seen.size === 0) drafts.delete(cluster);
  if (drafts.size === 0) drafts.set(localCluster, clusterDraft(localCluster));
  for (const draft of drafts.values()) {
    errors.push(...standingErrors(draft));
    warnings.push(...tieWarnings(draft), ...quotaWarnings(draft), ...ingressWarnings(draft));
  }
  const placed = placeAll([...drafts.values()].map((draft) => (hostNetwork === 'host' ? draft : { ...draft, drafts: draft.drafts.map(asPod) })));
  const clusters = [...drafts.values()].sort((a, b) => compareText(a.cluster, b.cluster)).map((draft): [string, LoadedCluster] => [draft.cluster, finish(draft, placed.get(draft.cluster) ?? { nodes: [], workloads: [] })]);
  return { clusters: new Map(clusters), documents, errors: [...unread, ...errors], unread, warnings };
};
