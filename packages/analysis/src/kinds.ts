/**
 * Workloads that no policy of a view can tell apart, and one that stands for them all.
 *
 * A hundred replicas are one question. Whoever shares an address with somebody stands for himself, since the address belongs to one of
 * them only.
 *
 * @module
 */
import type { Workload, WorkloadId } from '@firsthop/inventory';
import { type Address, familyOf } from '@firsthop/netaddr';
import type { View } from '@firsthop/policy';
import type { CutIndex } from './address-cuts.ts';

export interface Kinds {
  /** Each stands for itself, and for all that `standsFor` leads to it. */
  readonly representatives: readonly Workload[];
  readonly standsFor: ReadonlyMap<WorkloadId, Workload>;
  /** The representatives, and whoever is known by a name of his own and not by his owner's; in the order of the view. */
  readonly named: readonly Workload[];
  /** For an address of somebody who does not stand for himself: that of who does. */
  readonly twins: ReadonlyMap<Address, Address>;
}

const labelsKey = (labels: Workload['labels']): string => {
  const pairs = [...labels];
  if (pairs.length > 1) pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(pairs);
};

/** Texts of others stand in JSON, so that no two of them can run into each other. */
const keyOf = (workload: Workload, cut: CutIndex): string => {
  const { kind, cluster, namespace, labels, serviceAccount, hostNetwork, ports, enforcement, endpoints, owner, node } = workload;
  const addresses = endpoints.map((endpoint) => endpoint.addresses.map((address) => `${familyOf(address)}.${cut(address)}`).join(','));
  return `${JSON.stringify([kind, cluster, namespace, serviceAccount, hostNetwork, enforcement, owner?.kind, owner?.name, node === undefined])}${labelsKey(labels)}${ports.length === 0 ? '' : JSON.stringify(ports.map(({ name, protocol, number }) => [name, protocol, number]))}${addresses.join('/')}`;
};

/** Addresses that several workloads have. (What is also a node's lies between cuts of its own.) */
const sharedAddresses = ({ workloads }: View): ReadonlySet<Address> => {
  const seen = new Set<Address>();
  const shared = new Set<Address>();
  for (const { endpoints } of workloads)
    for (const { addresses } of endpoints)
      for (const address of addresses) {
        if (seen.has(address)) shared.add(address);
        seen.add(address);
      }
  return shared;
};

function* twinsOf({ endpoints, hostNetwork }: Workload, representative: Workload): Generator<[Address, Address]> {
  for (const [i, { addresses }] of hostNetwork ? [] : endpoints.entries())
    for (const [j, address] of addresses.entries()) {
      const twin = representative.endpoints[i]?.addresses[j];
      if (twin !== undefined) yield [address, twin];
    }
}

export const kindsOf = (view: View, cut: CutIndex): Kinds => {
  const shared = sharedAddresses(view);
  const byKey = new Map<string, Workload>();
  const standsFor = new Map<WorkloadId, Workload>();
  const alone: Workload[] = [];
  const named: Workload[] = [];
  const twins = new Map<Address, Address>();
  for (const workload of view.workloads) {
    const isAlone = workload.kind === 'host' || workload.endpoints.some(({ addresses }) => addresses.some((address) => shared.has(address)));
    const key = isAlone ? undefined : keyOf(workload, cut);
    const representative = (key === undefined ? undefined : byKey.get(key)) ?? workload;
    if (key === undefined) alone.push(workload);
    else if (representative === workload) byKey.set(key, workload);
    standsFor.set(workload.id, representative);
    if (representative === workload || workload.kind !== 'pod' || workload.owner === undefined) named.push(workload);
    if (representative !== workload) for (const [address, twin] of twinsOf(workload, representative)) twins.set(address, twin);
  }
  return { representatives: [...byKey.values(), ...alone], standsFor, named, twins };
};
