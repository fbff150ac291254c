/**
 * A workload as it is written: its node and addresses may still be open.
 *
 * @module
 */
import type { Endpoint, NamedPort, Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import type { Labels } from '@firsthop/selector';

export interface InterfaceDraft extends Omit<Endpoint, 'id' | 'addresses'> {
  /** Empty: it gets one of each family. */
  readonly addresses: readonly Address[];
}

export interface WorkloadDraft {
  readonly kind: 'pod' | 'vm';
  /** Undefined: as its namespace has it. */
  readonly enforcement: Workload['enforcement'];
  readonly cluster: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: Workload['owner'];
  readonly labels: Labels;
  readonly serviceAccount: string | undefined;
  readonly node: string | undefined;
  readonly hostNetwork: boolean;
  readonly ports: readonly NamedPort[];
  readonly declaredPorts?: readonly number[];
  readonly interfaces: readonly InterfaceDraft[];
}
