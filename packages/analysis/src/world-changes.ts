import type { Change } from '@firsthop/compiler';
import { namespaceId, nodeId, serviceId } from '@firsthop/inventory';
import { groupKey, policyKey, type World } from '@firsthop/policy';

/** A world as the compiler is told of it, one thing at a time. */
export const worldChanges = ({ workloads, namespaces, nodes, services, policies, tiers, groups }: Omit<World, 'clusterPeers' | 'ingresses'>): Change[] => [
  ...workloads.map((now): Change => ({ of: 'workload', id: now.id, now })),
  ...namespaces.map((now): Change => ({ of: 'namespace', id: namespaceId(now.cluster, now.name), now })),
  ...nodes.map((now): Change => ({ of: 'node', id: nodeId(now.cluster, now.name), now })),
  ...services.map((now): Change => ({ of: 'service', id: serviceId(now.cluster, now.namespace, now.name), now })),
  ...policies.map((now): Change => ({ of: 'policy', key: policyKey(now.ref), now })),
  ...tiers.map((now): Change => ({ of: 'tier', name: now.name, now })),
  ...groups.map((now): Change => ({ of: 'group', key: groupKey(now.ref), now })),
];
