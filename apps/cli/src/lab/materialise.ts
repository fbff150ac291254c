/**
 * A cluster's manifests as the lab's manager reads them: workloads with their node and addresses filled in, everything
 * else as it was written. Pure.
 *
 * @module
 */
import { formatAddress } from '@firsthop/netaddr';
import type { Workload } from '@firsthop/inventory';
import type { LabNode, LabWorkload } from '@firsthop/lab';

interface RawObject {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown };
  readonly spec?: object;
}

/** Kinds that are written anew from facts. */
const REPLACED = new Set(['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicationController', 'Node', 'VirtualMachine']);

export interface Materials {
  readonly cluster: string;
  readonly documents: readonly unknown[];
  readonly workloads: readonly Workload[];
  readonly nodes: readonly LabNode[];
  readonly placed: readonly LabWorkload[];
  /** `host:port` of the manager of each cluster. */
  readonly managers: ReadonlyMap<string, string>;
}

export const materialise = (materials: Materials): unknown[] => [
  ...materials.documents.filter((document) => !REPLACED.has(String((document as RawObject).kind))).map((document) => withPeerAddress(document as RawObject, materials.managers)),
  ...materials.nodes.map((node) => nodeObject(node, materials)),
  ...materials.workloads.flatMap((workload) => workloadObject(workload, materials)),
];

const withPeerAddress = (document: RawObject, managers: ReadonlyMap<string, string>): RawObject => {
  if (document.kind !== 'ClusterPeer') return document;
  const spec = document.spec as { clusterId?: unknown } | undefined;
  const address = managers.get(String(spec?.clusterId ?? document.metadata?.name));
  return address === undefined ? document : { ...document, spec: { ...spec, address } };
};

const nodeObject = ({ name, addresses }: LabNode, { workloads }: Materials): unknown => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: Object.fromEntries(workloads.find((workload) => workload.kind === 'host' && workload.name === name)?.labels ?? []) },
  status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address: formatAddress(address) })) },
});

/** Hosts come from their nodes. */
const workloadObject = (workload: Workload, { placed, nodes }: Materials): unknown[] => {
  if (workload.kind === 'host') return [];
  const lab = placed.find(({ kind, name }) => kind === workload.kind && name === `${workload.namespace}/${workload.name}`);
  const metadata = { name: workload.name, namespace: workload.namespace, uid: workload.id.slice(workload.cluster.length + 1).replaceAll(':', '.'), labels: Object.fromEntries(workload.labels), ...(workload.enforcement === undefined ? {} : { annotations: { 'firsthop.dev/enforcement': workload.enforcement } }) };
  const addresses = workload.endpoints.flatMap((endpoint) => endpoint.addresses.map(formatAddress));
  if (workload.kind === 'vm') return lab === undefined ? [] : [machineObject(workload, lab, metadata)];
  const containers = [{ name: 'main', ports: workload.ports.map(({ name, protocol, number }) => ({ name, protocol, containerPort: number })) }];
  const nodeName = lab?.node.name ?? workload.node ?? nodes[0]?.name;
  return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName, hostNetwork: workload.hostNetwork, ...(workload.serviceAccount === undefined ? {} : { serviceAccountName: workload.serviceAccount }), containers }, status: { phase: 'Running', podIPs: addresses.map((ip) => ({ ip })) } }];
};

const machineObject = (workload: Workload, lab: LabWorkload, metadata: object): unknown => ({
  apiVersion: 'firsthop.dev/v1alpha1',
  kind: 'VirtualMachine',
  metadata,
  spec: { host: lab.node.name, interfaces: workload.endpoints.map(({ interfaceName, addresses }) => ({ name: interfaceName, mac: lab.mac, device: lab.device, addresses: addresses.map(formatAddress) })) },
});
