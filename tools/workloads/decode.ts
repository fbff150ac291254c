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

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Pod {
  readonly metadata: Metadata;
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly podIP: string };
}

interface VirtualMachine {
  readonly metadata: Metadata;
  readonly spec: { readonly host: string; readonly interfaces: readonly { readonly addresses: readonly string[] }[] };
}

const addressOf = (text: string): Address => {
  const read = parseAddress(text);
  if (!read.ok) throw new Error(`no address: ${text}`);
  return read.value;
};

interface Placed {
  readonly kind: 'pod' | 'vm';
  readonly node: string;
  readonly addresses: readonly string[];
}

const workloadOf = ({ name, namespace, uid, labels }: Metadata, { kind, node, addresses }: Placed): Change => {
  const id = workloadId(cluster, uid);
  const now: Workload = { id, kind, cluster, namespace, name, labels: new Map(Object.entries(labels)), node, hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: addresses.map(addressOf), allowedAddresses: [] }] };
  return { of: 'workload', id, now };
};

export const decode = (object: KubernetesObject): Change => {
  if (object['kind'] === 'Pod') {
    const { metadata, spec, status } = object as unknown as Pod;
    return workloadOf(metadata, { kind: 'pod', node: spec.nodeName, addresses: [status.podIP] });
  }
  if (object['kind'] === 'VirtualMachine') {
    const { metadata, spec } = object as unknown as VirtualMachine;
    return workloadOf(metadata, { kind: 'vm', node: spec.host, addresses: spec.interfaces.flatMap(({ addresses }) => addresses) });
  }
  if (object['kind'] === 'Namespace') {
    const { name, labels } = object['metadata'] as { readonly name: string; readonly labels: Readonly<Record<string, string>> };
    return { of: 'namespace', id: namespaceId(cluster, name), now: { cluster, name, labels: new Map(Object.entries(labels)), enforcement: 'Open' } };
  }
  const { policy, errors } = parsePolicy(object, { cluster });
  if (policy === undefined) throw new Error(JSON.stringify(errors));
  return { of: 'policy', key: policyKey(policy.ref), now: policy };
};
