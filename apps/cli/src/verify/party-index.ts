/**
 * The workloads of a world by what probes call them. Made once for each world: there may be a million probes.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import type { World } from '@firsthop/policy';
import type { WorkloadKind } from '@firsthop/selector';

const byName = (a: Workload, b: Workload): number => compareText(a.name, b.name) || compareText(a.id, b.id);

const keyOf = (kind: WorkloadKind, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;

/** The first one counts. */
const putOnce = <K>(map: Map<K, Workload>, key: K, workload: Workload): void => {
  if (!map.has(key)) map.set(key, workload);
};

export class PartyIndex {
  readonly #byName = new Map<string, Workload>();
  readonly #byOwner = new Map<string, Workload>();
  readonly #byAddress = new Map<Address, Workload>();

  constructor({ workloads }: World) {
    for (const workload of [...workloads].sort(byName)) {
      const { kind, namespace, name, owner } = workload;
      putOnce(this.#byName, keyOf(kind, namespace, name), workload);
      if (owner !== undefined) putOnce(this.#byOwner, keyOf(kind, namespace, owner.name), workload);
    }
    for (const workload of [...workloads].sort((a, b) => compareText(a.id, b.id)))
      if (workload.kind !== 'host' && !workload.hostNetwork) for (const { addresses } of workload.endpoints) for (const address of addresses) putOnce(this.#byAddress, address, workload);
  }

  /** The workload of this name, or else the first one of an owner of this name. */
  named(kind: WorkloadKind, namespace: string, name: string): Workload | undefined {
    const key = keyOf(kind, namespace, name);
    return this.#byName.get(key) ?? this.#byOwner.get(key);
  }

  /** Who has it for himself: neither a host nor a pod that shares its node's. */
  at(address: Address): Workload | undefined {
    return this.#byAddress.get(address);
  }
}

const known = new WeakMap<World, PartyIndex>();

export const partyIndex = (world: World): PartyIndex => {
  const there = known.get(world) ?? new PartyIndex(world);
  known.set(world, there);
  return there;
};
