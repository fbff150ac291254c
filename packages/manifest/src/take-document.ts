/**
 * One document into its cluster's draft. An invalid workload, service, node or tier is absent; an invalid policy stays, closed.
 *
 * @module
 */
import { quoteForeign, readRecord } from '@firsthop/base';
import { type ObjectIdentity, parsePolicy, parseTier, policyKindOf, readIdentity } from '@firsthop/policy';
import type { ClusterDraft } from './cluster-draft.ts';
import { type Foreign, Reader } from './foreign.ts';
import type { ManifestDocument } from './parse-documents.ts';
import { fault, type Fault } from './problem.ts';
import { readClusterPeer, readNamespace, readNode, readService } from './read-cluster-objects.ts';
import { ownerKinds, readOwned, readPod } from './read-pod.ts';
import { readVirtualMachine } from './read-virtual-machine.ts';
import type { WorkloadDraft } from './workload-draft.ts';

export interface Taken {
  readonly errors: readonly Fault[];
  readonly warnings: readonly Fault[];
}

type Take = (object: Foreign, identity: ObjectIdentity, draft: ClusterDraft, reader: Reader) => void;

const addWorkloads = (workloads: readonly WorkloadDraft[], draft: ClusterDraft, reader: Reader): void => {
  for (const workload of workloads) if (draft.uids.has(workload.uid)) reader.add('DUPLICATE', ['metadata', 'uid'], 'another workload has this uid');
  if (reader.faults.length > 0) return;
  for (const workload of workloads) draft.uids.add(workload.uid);
  draft.drafts.push(...workloads);
};

const addIfClean = <T>(list: T[], item: T, reader: Reader): void => {
  if (reader.faults.length === 0) list.push(item);
};

const owned = (kind: string): Take => (object, identity, draft, reader) => addWorkloads(readOwned(object, kind, identity, { cluster: draft.cluster, reader }), draft, reader);

const takes: ReadonlyMap<string, Take> = new Map<string, Take>([
  ['v1 Pod', (object, identity, draft, reader) => addWorkloads(readPod(object, identity, draft.cluster, reader), draft, reader)],
  ['v1 ReplicationController', owned('ReplicationController')],
  ...[...ownerKinds].flatMap((kind) => ['apps/v1', 'apps/v1beta1', 'apps/v1beta2', 'extensions/v1beta1', 'batch/v1', 'batch/v1beta1'].map((group): [string, Take] => [`${group} ${kind}`, owned(kind)])),
  ['firsthop.dev/v1alpha1 VirtualMachine', (object, identity, draft, reader) => addWorkloads(readVirtualMachine(object, identity, draft.cluster, reader), draft, reader)],
  ['v1 Namespace', (object, identity, draft, reader) => void draft.namespaces.set(identity.name, readNamespace(object, identity, draft.cluster, reader))],
  ['v1 Node', (object, identity, draft, reader) => addIfClean(draft.nodes, readNode(object, identity, draft.cluster, reader), reader)],
  ['v1 Service', (object, identity, draft, reader) => addIfClean(draft.services, readService(object, identity, draft.cluster, reader), reader)],
  ['firsthop.dev/v1alpha1 ClusterPeer', (object, _identity, draft, reader) => addIfClean(draft.clusterPeers, readClusterPeer(object, draft.cluster, reader), reader)],
  [
    'firsthop.dev/v1alpha1 Tier',
    (object, _identity, draft, reader) => {
      const tier = reader.take(parseTier(object));
      if (tier !== undefined) draft.tiers.push(tier);
    },
  ],
]);

const isProbes = (object: ReadonlyMap<string, unknown>): boolean => object.size === 1 && Array.isArray(object.get('probes'));

const clusterScoped = new Set(['Namespace', 'Node', 'ClusterPeer', 'Tier', 'ClusterSecurityPolicy']);

const takePolicy = (document: ManifestDocument, draft: ClusterDraft): readonly Fault[] => {
  const { policy, errors } = parsePolicy(document.object, { cluster: draft.cluster });
  if (policy !== undefined) draft.policies.push({ policy, document });
  return errors;
};

const takeKnown = (document: ManifestDocument, object: Foreign, draft: ClusterDraft, take: Take | undefined): readonly Fault[] => {
  const identity = readIdentity(object);
  if (!identity.ok) return identity.error;
  const kind = String(object.get('kind'));
  const key = `${kind}/${clusterScoped.has(kind) ? '' : identity.value.namespace}/${identity.value.name}`;
  if (draft.seen.has(key)) return [fault('DUPLICATE', ['metadata', 'name'], `there is a ${kind} of this name already; this one is not read`)];
  draft.seen.add(key);
  if (take === undefined) return takePolicy(document, draft);
  const reader = new Reader();
  take(object, identity.value, draft, reader);
  return reader.faults;
};

export const takeDocument = (document: ManifestDocument, draft: ClusterDraft): Taken => {
  const object = readRecord(document.object);
  if (object === undefined) return { errors: [fault('TYPE', [], 'a Kubernetes object is expected here')], warnings: [] };
  // Probes may lie beside the manifests that they ask about; they are no Kubernetes object.
  if (isProbes(object)) return { errors: [], warnings: [] };
  const apiVersion = object.get('apiVersion');
  const kind = object.get('kind');
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return { errors: [fault('REQUIRED', [typeof apiVersion === 'string' ? 'kind' : 'apiVersion'], 'apiVersion and kind say what this is')], warnings: [] };
  const take = takes.get(`${apiVersion} ${kind}`);
  if (take === undefined && policyKindOf(apiVersion, kind) === undefined) return { errors: [], warnings: [fault('UNKNOWN_KIND', ['kind'], `${quoteForeign(`${apiVersion} ${kind}`)} is not read here`)] };
  return { errors: takeKnown(document, object, draft, take), warnings: [] };
};
