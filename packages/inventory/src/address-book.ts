/**
 * Which workload an address belongs to.
 *
 * Two workloads may claim the same address for a while (the old pod's fact is late) or for ever (a typing error in a VM).
 * An address then belongs to exactly one of them: one of this cluster before one of another cluster (which could otherwise
 * take over our pods' identity), then the lowest id. The choice depends on the present claims only, never on who came first.
 *
 * @module
 */
import { compareText, Few, type SetView } from '@firsthop/base';
import { type Address, compareAddresses } from '@firsthop/netaddr';
import type { Workload, WorkloadId } from './workload.ts';

export interface OwnerChange {
  readonly address: Address;
  readonly was: WorkloadId | undefined;
  readonly now: WorkloadId | undefined;
}

/** Several workloads say that they have this address; `owner` is whose it is taken to be. */
export interface AddressConflict {
  readonly address: Address;
  readonly owner: WorkloadId;
  readonly others: readonly WorkloadId[];
}

/** What a workload claims. Sharing the node's addresses is no claim. */
export const claimedAddresses = (workload: Workload | undefined): SetView<Address> => {
  const claimed = new Few<Address>();
  if (workload !== undefined && !workload.hostNetwork) for (const { addresses } of workload.endpoints) for (const address of addresses) claimed.add(address);
  return claimed;
};

export class AddressBook {
  readonly #cluster: string;
  /** Whose each address is taken to be. */
  readonly #owners = new Map<Address, Claim>();
  /** Of addresses that several claim: all claims in order of preference, the owner's first. */
  readonly #contested = new Map<Address, readonly Claim[]>();

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  ownerOf(address: Address): WorkloadId | undefined {
    return this.#owners.get(address)?.id;
  }

  replace(was: Workload | undefined, now: Workload | undefined): OwnerChange[] {
    const [before, after] = [claimedAddresses(was), claimedAddresses(now)];
    const claim = now === undefined ? undefined : { id: now.id, foreign: now.cluster !== this.#cluster };
    const changes: OwnerChange[] = [];
    const decide = (address: Address, claimed: Claim | undefined): void => {
      const owner = this.ownerOf(address);
      this.#put(address, was?.id ?? now?.id, claimed);
      const heir = this.ownerOf(address);
      if (heir !== owner) changes.push({ address, was: owner, now: heir });
    };
    for (const address of before) if (!after.has(address)) decide(address, undefined);
    for (const address of after) decide(address, claim);
    return changes;
  }

  conflicts(): AddressConflict[] {
    return [...this.#contested].sort(([a], [b]) => compareAddresses(a, b)).flatMap(([address, [owner, ...others]]) => (owner === undefined ? [] : [{ address, owner: owner.id, others: others.map(({ id }) => id) }]));
  }

  /** `now` in the place of what `claimant` claimed before. */
  #put(address: Address, claimant: WorkloadId | undefined, now: Claim | undefined): void {
    const owner = this.#owners.get(address);
    const others = (this.#contested.get(address) ?? (owner === undefined ? [] : [owner])).filter(({ id }) => id !== claimant);
    const claims = now === undefined ? others : others.length === 0 ? [now] : [...others, now].sort(byPreference);
    const [first] = claims;
    if (first === undefined) this.#owners.delete(address);
    else this.#owners.set(address, first);
    if (claims.length > 1) this.#contested.set(address, claims);
    else this.#contested.delete(address);
  }
}

interface Claim {
  readonly id: WorkloadId;
  readonly foreign: boolean;
}

const byPreference = (a: Claim, b: Claim): number => (a.foreign === b.foreign ? compareText(a.id, b.id) : a.foreign ? 1 : -1);
