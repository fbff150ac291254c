/**
 * One object into the draft of its cluster.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { parsePolicy, parseTier, policyKey, policyKindOf, readIdentity } from '@firsthop/policy';
import type { ManifestDocument } from './documents.ts';
import type { ClusterDraft, Fault, WorkloadDraft } from './draft.ts';
import { readNamespace, readNode, readPeer, readService } from './read-cluster-object.ts';
import { readMachine, readPod, readTemplate } from './read-workload.ts';

const TEMPLATES = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicationController']);
/** Known, and nothing that a verdict depends on. */
const PASSED_OVER = new Set(['Ingress', 'ServiceAccount', 'ConfigMap', 'Secret', 'CustomResourceDefinition']);

export interface Outcome {
  readonly faults: readonly Fault[];
  readonly warning?: string;
}

const fine: Outcome = { faults: [] };
const duplicate = (what: string): Outcome => ({ faults: [{ code: 'DUPLICATE', path: ['metadata', 'name'], message: `${what} was already declared; the first one counts` }] });

const put = <V>(map: Map<string, V>, key: string, value: V, what: string): Outcome => {
  if (map.has(key)) return duplicate(what);
  map.set(key, value);
  return fine;
};

export const readObject = (document: ManifestDocument, draft: ClusterDraft): Outcome => {
  const object = readRecord(document.object);
  const kind = object?.get('kind');
  if (object === undefined || typeof kind !== 'string') return { faults: [{ code: 'REQUIRED', path: [], message: 'an object with apiVersion, kind and metadata is expected here' }] };
  if (policyKindOf(object.get('apiVersion'), kind) !== undefined) return readPolicy(document, draft);
  if (PASSED_OVER.has(kind)) return fine;
  const identity = readIdentity(object);
  if (!identity.ok) return { faults: identity.error };
  const named = { cluster: draft.cluster, ...identity.value };
  const { name } = named;
  const full = `${named.namespace}/${name}`;
  switch (kind) {
    case 'Namespace':
      return keep(readNamespace(document.object, draft.cluster, name), (value) => put(draft.namespaces, name, value, `Namespace ${name}`));
    case 'Node':
      return keep(readNode(document.object, draft.cluster, name), (value) => put(draft.nodes, name, value, `Node ${name}`));
    case 'Service':
      return keep(readService(document.object, named), (value) => put(draft.services, full, value, `Service ${full}`));
    case 'ClusterPeer':
      return keep(readPeer(document.object, draft.cluster), (value) => put(draft.peers, value.peer, value, `ClusterPeer ${value.peer}`));
    case 'Tier':
      return keep(parseTier(object), (value) => put(draft.tiers, name, value, `Tier ${name}`));
    case 'Pod':
      return keepAll(readPod(document.object, named), draft);
    case 'VirtualMachine':
      return keepAll(readMachine(document.object, named), draft);
    default:
      return TEMPLATES.has(kind) ? keepAll(readTemplate(document.object, named, kind), draft) : { faults: [], warning: `${kind} ${full} is not read by this version` };
  }
};

type ReadOf<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: readonly Fault[] };

const keep = <T>(read: ReadOf<T>, take: (value: T) => Outcome): Outcome => (read.ok ? take(read.value) : { faults: read.error });

const keepAll = (read: ReadOf<readonly WorkloadDraft[]>, draft: ClusterDraft): Outcome =>
  keep(read, (drafts) => {
    const faults = drafts.flatMap((one) => put(draft.workloads, `${one.workload.kind}/${one.workload.namespace}/${one.workload.name}`, one, `${one.workload.kind} ${one.workload.namespace}/${one.workload.name}`).faults);
    return { faults };
  });

const readPolicy = (document: ManifestDocument, draft: ClusterDraft): Outcome => {
  const { policy, errors } = parsePolicy(document.object, { cluster: draft.cluster });
  if (policy === undefined) return { faults: errors };
  const again = put(draft.policies, policyKey(policy.ref), { policy, document }, `${policy.ref.kind} ${policy.ref.namespace ?? ''}/${policy.ref.name}`);
  return { faults: [...errors, ...again.faults] };
};
