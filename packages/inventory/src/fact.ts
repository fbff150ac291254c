/**
 * What is true of one resource now. `now: undefined` means that it does not exist, whatever came before.
 *
 * @module
 */
import type { Address, Cidr, TransportName } from '@firsthop/netaddr';
import type { Labels, LabelSelector } from '@firsthop/selector';
import type { Enforcement, Workload, WorkloadId } from './workload.ts';

export interface Namespace {
  readonly cluster: string;
  readonly name: string;
  /** Always holds `kubernetes.io/metadata.name` with the true name. */
  readonly labels: Labels;
  readonly enforcement: Enforcement;
}

export interface Node {
  readonly cluster: string;
  readonly name: string;
  readonly labels: Labels;
  readonly addresses: readonly Address[];
}

export interface ServicePort {
  readonly name?: string;
  readonly protocol: TransportName;
  readonly port: number;
  /** A number, or the name of a port of the pod behind. */
  readonly targetPort: number | string;
}

export interface Service {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Undefined: its endpoints are somebody else's business; it selects no workload. */
  readonly selector?: LabelSelector;
  readonly ports: readonly ServicePort[];
}

/** What this cluster lets another one see, and what it believes of that one. */
export interface ClusterPeer {
  readonly cluster: string;
  /** The other cluster. */
  readonly peer: string;
  /** `host:port` of a manager there. */
  readonly address?: string;
  /** The only addresses that the other cluster may assert; empty = none. */
  readonly addresses: readonly Cidr[];
  /** Undefined: nothing is exported. Both selectors must match. */
  readonly export?: { readonly namespaces: LabelSelector; readonly workloads: LabelSelector };
}

export type Fact =
  | { readonly of: 'workload'; readonly id: WorkloadId; readonly now: Workload | undefined }
  | { readonly of: 'namespace'; readonly id: string; readonly now: Namespace | undefined }
  | { readonly of: 'node'; readonly id: string; readonly now: Node | undefined }
  | { readonly of: 'service'; readonly id: string; readonly now: Service | undefined }
  | { readonly of: 'clusterPeer'; readonly id: string; readonly now: ClusterPeer | undefined };
