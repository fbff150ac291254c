/**
 * A pod, a virtual machine or a host, as it is now.
 *
 * @module
 */
import type { Brand } from '@firsthop/base';
import type { Address, Cidr, TransportName } from '@firsthop/netaddr';
import type { Labels, WorkloadKind } from '@firsthop/selector';

/** `cluster/uid`: survives nothing; a recreated pod is another workload. */
export type WorkloadId = Brand<string, 'WorkloadId'>;
/** `cluster/uid/interface`: never reused, unique across the cluster set. */
export type EndpointId = Brand<string, 'EndpointId'>;

export const workloadId = (cluster: string, uid: string): WorkloadId => `${cluster}/${uid}` as WorkloadId;
export const endpointId = (workload: WorkloadId, interfaceName: string): EndpointId => `${workload}/${interfaceName}` as EndpointId;

export interface NamedPort {
  readonly name: string;
  readonly protocol: TransportName;
  readonly number: number;
}

/** One network interface that policy is enforced on. */
export interface Endpoint {
  readonly id: EndpointId;
  /** As the workload calls it: `eth0`, `nic0`. */
  readonly interfaceName: string;
  readonly addresses: readonly Address[];
  readonly mac?: string;
  /** Host-side device, when it is declared and not discovered (virtual machines). */
  readonly device?: string;
  /** Prefixes beside its own addresses that it may use as source; set by an administrator. */
  readonly allowedAddresses: readonly Cidr[];
  /** Hardware addresses beside its own that it may use, with its own and its allowed addresses: those of virtual routers (VRRP). Of machines only; set by an administrator. */
  readonly allowedMacs?: readonly string[];
}

/** What a workload gets that no policy decides about. Set per namespace or workload, by administrators. */
export type Enforcement = 'Open' | 'Visibility' | 'Full';

export interface Workload {
  readonly id: WorkloadId;
  readonly kind: WorkloadKind;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Topmost owner, for people: `{kind: 'Deployment', name: 'web'}`. */
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly labels: Labels;
  readonly serviceAccount?: string;
  /** Undefined while it is not scheduled: then it is enforced nowhere yet, and still a peer if it has an address. */
  readonly node?: string;
  /** Shares its node's addresses: no selector matches it, no endpoint of its own. */
  readonly hostNetwork: boolean;
  readonly ports: readonly NamedPort[];
  /** Numbers of all ports that its containers declare, named or not. Undefined: nobody looked. */
  readonly declaredPorts?: readonly number[];
  /** Undefined: as its namespace has it. Set by administrators. */
  readonly enforcement?: Enforcement;
  readonly endpoints: readonly Endpoint[];
}
