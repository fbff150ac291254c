/**
 * The kinds of objects that are followed: where they are, what is kept of them, and what they say.
 *
 * An invalid workload, node or Service is absent; an invalid policy stays, closed.
 *
 * @module
 */
import { namespaceId, nodeId, serviceId, type Workload } from '@firsthop/inventory';
import { type Fault, type Foreign, hostOf, readClusterPeer, readNamespace, readNode, readPod, readService, readVirtualMachine, Reader, type WorkloadDraft, workloadOf } from '@firsthop/objects';
import { groupKey, type ObjectIdentity, parseGroup, parsePolicy, parseTier, policyKey } from '@firsthop/policy';
import type { Resource } from '../api/api-server.ts';
import type { ClusterChange } from './cluster-change.ts';
import { type Keep, keepHead, keepNode, keepPod, keepSpec, type Kept } from './kept-object.ts';

export interface Reading {
  readonly changes: readonly ClusterChange[];
  readonly faults: readonly Fault[];
}

/** `kept`: also as the record that most readers take. */
type Read = (object: Foreign, identity: ObjectIdentity, cluster: string, kept: Kept) => Reading;

export interface ObjectKind {
  readonly kind: string;
  readonly resource: Resource;
  readonly keep: (object: unknown) => Kept;
  readonly read: Read;
}

const clean = (reader: Reader, changes: () => readonly ClusterChange[]): Reading => ({ changes: reader.faults.length === 0 ? changes() : [], faults: [...reader.faults, ...reader.tolerated] });

const workloads = (drafts: readonly WorkloadDraft[]): readonly ClusterChange[] => drafts.map(workloadOf).map((now: Workload): ClusterChange => ({ of: 'workload', id: now.id, now }));

const readAsPod: Read = (object, identity, cluster) => {
  const reader = new Reader();
  const drafts = readPod(object, identity, cluster, reader);
  return clean(reader, () => workloads(drafts));
};

const readAsMachine: Read = (object, identity, cluster) => {
  const reader = new Reader();
  const drafts = readVirtualMachine(object, identity, cluster, reader);
  return clean(reader, () => workloads(drafts));
};

/** One with faults is there, closed. */
const readAsNamespace: Read = (object, identity, cluster) => {
  const reader = new Reader();
  const now = readNamespace(object, identity, cluster, reader);
  return { changes: [{ of: 'namespace', id: namespaceId(cluster, now.name), now }], faults: [...reader.faults, ...reader.tolerated] };
};

const readAsNode: Read = (object, identity, cluster) => {
  const reader = new Reader();
  const now = readNode(object, identity, cluster, reader);
  const host = hostOf(now);
  return clean(reader, () => [{ of: 'node', id: nodeId(cluster, now.name), now }, { of: 'workload', id: host.id, now: host }]);
};

const readAsService: Read = (object, identity, cluster) => {
  const reader = new Reader();
  const now = readService(object, identity, cluster, reader);
  return clean(reader, () => [{ of: 'service', id: serviceId(cluster, now.namespace, now.name), now }]);
};

const readAsClusterPeer: Read = (object, _identity, cluster) => {
  const reader = new Reader();
  const now = readClusterPeer(object, cluster, reader);
  return clean(reader, () => [{ of: 'clusterPeer', id: `${cluster}/${now.peer}`, now }]);
};

const readAsPolicy: Read = (_object, _identity, cluster, kept) => {
  const { policy, errors } = parsePolicy(kept, { cluster });
  return { changes: policy === undefined ? [] : [{ of: 'policy', key: policyKey(policy.ref), now: policy }], faults: errors };
};

const readAsTier: Read = (object) => {
  const read = parseTier(object);
  return read.ok ? { changes: [{ of: 'tier', name: read.value.name, now: read.value }], faults: [] } : { changes: [], faults: read.error };
};

const readAsGroup =
  (kind: 'Group' | 'ClusterGroup'): Read =>
  (object, _identity, cluster) => {
    const read = parseGroup(object, { kind, cluster });
    return read.ok ? { changes: [{ of: 'group', key: groupKey(read.value.ref), now: read.value }], faults: [] } : { changes: [], faults: read.error };
  };

const kind = (name: string, resource: Resource, keep: Keep, read: Read): ObjectKind => ({ kind: name, resource, keep: keep(resource.group === '' ? resource.version : `${resource.group}/${resource.version}`, name), read });
const core = (plural: string): Resource => ({ group: '', version: 'v1', plural });
const ours = (plural: string): Resource => ({ group: 'firsthop.dev', version: 'v1alpha1', plural });
const networkPolicies = (version: string, plural: string): Resource => ({ group: 'policy.networking.k8s.io', version, plural });

export const kinds: readonly ObjectKind[] = [
  kind('Namespace', core('namespaces'), keepHead, readAsNamespace),
  kind('Node', core('nodes'), keepNode, readAsNode),
  kind('Pod', core('pods'), keepPod, readAsPod),
  kind('Service', core('services'), keepSpec, readAsService),
  kind('NetworkPolicy', { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies' }, keepSpec, readAsPolicy),
  kind('ClusterNetworkPolicy', networkPolicies('v1alpha2', 'clusternetworkpolicies'), keepSpec, readAsPolicy),
  kind('AdminNetworkPolicy', networkPolicies('v1alpha1', 'adminnetworkpolicies'), keepSpec, readAsPolicy),
  kind('BaselineAdminNetworkPolicy', networkPolicies('v1alpha1', 'baselineadminnetworkpolicies'), keepSpec, readAsPolicy),
  kind('SecurityPolicy', ours('securitypolicies'), keepSpec, readAsPolicy),
  kind('ClusterSecurityPolicy', ours('clustersecuritypolicies'), keepSpec, readAsPolicy),
  kind('Tier', ours('tiers'), keepSpec, readAsTier),
  kind('Group', ours('groups'), keepSpec, readAsGroup('Group')),
  kind('ClusterGroup', ours('clustergroups'), keepSpec, readAsGroup('ClusterGroup')),
  kind('VirtualMachine', ours('virtualmachines'), keepSpec, readAsMachine),
  kind('ClusterPeer', ours('clusterpeers'), keepSpec, readAsClusterPeer),
];
