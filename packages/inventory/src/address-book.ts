/**
 * Which workload an address belongs to.
 *
 * Two workloads may claim the same address for a while (the old pod's fact is late) or for ever (a typing error in a VM).
 * An address then belongs to exactly one of them: one of this cluster before one of another cluster (which could otherwise
 * take over our pods' identity), then the lowest id. The choice depends on the present claims only, never on who came first.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
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
export const claimedAddresses = (workload: Workload | undefined): ReadonlySet<Address> =>
  new Set(workload === undefined || workload.hostNetwork ? [] : workload.endpoints.flatMap((endpoint) => endpoint.addresses));

export class AddressBook {
  readonly #cluster: string;
  /** Claimants in order of preference; the first one owns. Never empty. */
  readonly #claims = new Map<Address, readonly Claim[]>();
  readonly #conflicts = new Set<Address>();

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  ownerOf(address: Address): WorkloadId | undefined {
    return this.#claims.get(address)?.[0]?.id;
  }

  replace(was: Workload | undefined, now: Workload | undefined): OwnerChange[] {
    const before = claimedAddresses(was);
    const after = claimedAddresses(now);
    const changes: OwnerChange[] = [];
    for (const address of new Set([...before, ...after])) {
      const owner = this.ownerOf(address);
      const others = (this.#claims.get(address) ?? []).filter(({ id }) => id !== (was ?? now)?.id);
      this.#put(address, now !== undefined && after.has(address) ? [...others, this.#claim(now)].sort(byPreference) : others);
      const heir = this.ownerOf(address);
      if (heir !== owner) changes.push({ address, was: owner, now: heir });
    }
    return changes;
  }

  conflicts(): AddressConflict[] {
    return [...this.#conflicts].sort(compareAddresses).flatMap((address) => {
      const [owner, ...others] = this.#claims.get(address) ?? [];
      return owner === undefined ? [] : [{ address, owner: owner.id, others: others.map(({ id }) => id) }];
    });
  }

  #claim({ id, cluster }: Workload): Claim {
    return { id, foreign: cluster !== this.#cluster };
  }

  #put(address: Address, claims: readonly Claim[]): void {
    if (claims.length === 0) this.#claims.delete(address);
    else this.#claims.set(address, claims);
    if (claims.length > 1) this.#conflicts.add(address);
    else this.#conflicts.delete(address);
  }
}

interface Claim {
  readonly id: WorkloadId;
  readonly foreign: boolean;
}

const byPreference = (a: Claim, b: Claim): number => (a.foreign === b.foreign ? compareText(a.id, b.id) : a.foreign ? 1 : -1);
