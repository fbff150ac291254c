/**
 * Kubernetes objects as facts and policies.
 *
 * @module
 */
import type { Change } from '@firsthop/compiler';
import { endpointId, namespaceId, type Workload, workloadId } from '@firsthop/inventory';
import { type Address, parseAddress } from '@firsthop/netaddr';
import { parsePolicy, policyKey } from '@firsthop/policy';
import type { KubernetesObject } from './kubernetes-objects.ts';

const cluster = 'bench';

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly podIP: string };
}

const addressOf = (text: string): Address => {
  const read = parseAddress(text);
  if (!read.ok) throw new Error(`no address: ${text}`);
  return read.value;
};

const workloadOf = ({ metadata: { name, namespace, uid, labels }, spec: { nodeName }, status: { podIP } }: Pod): Workload => {
  const id = workloadId(cluster, uid);
  return { id, kind: 'pod', cluster, namespace, name, labels: new Map(Object.entries(labels)), node: nodeName, hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: [addressOf(podIP)], allowedAddresses: [] }] };
};

export const decode = (object: KubernetesObject): Change => {
  if (object['kind'] === 'Pod') {
    const now = workloadOf(object as unknown as Pod);
    return { of: 'workload', id: now.id, now };
  }
  if (object['kind'] === 'Namespace') {
    const { name, labels } = object['metadata'] as { readonly name: string; readonly labels: Readonly<Record<string, string>> };
    return { of: 'namespace', id: namespaceId(cluster, name), now: { cluster, name, labels: new Map(Object.entries(labels)), enforcement: 'Open' } };
  }
  const { policy, errors } = parsePolicy(object, { cluster });
  if (policy === undefined) throw new Error(JSON.stringify(errors));
  return { of: 'policy', key: policyKey(policy.ref), now: policy };
};
