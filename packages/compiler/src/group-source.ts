/**
 * Whom an address group is of.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import type { TransportName } from '@firsthop/netaddr';
import type { ClusterScope, LabelSelector, WorkloadSelector } from '@firsthop/selector';

/** A port name, and one of the things that it stands for. */
export interface PortUse {
  readonly name: string;
  readonly protocol: TransportName;
  readonly number: number;
}

/** `undefined`: every known workload. */
export type Who = WorkloadSelector | undefined;

export type GroupSource =
  /** `use`: of them, those who use the name so. */
  | { readonly kind: 'workloads'; readonly who: Who; readonly use?: PortUse }
  /** The pods behind a Service of this cluster: those that its selector finds in its namespace. */
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  /** Addresses of nodes. */
  | { readonly kind: 'nodes'; readonly clusters: ClusterScope; readonly labels: LabelSelector }
  /** What DNS answers. */
  | { readonly kind: 'answers'; readonly pattern: string };

export const uses = ({ ports }: Pick<Workload, 'ports'>, { name, protocol, number }: PortUse): boolean => ports.some((port) => port.name === name && port.protocol === protocol && port.number === number);
