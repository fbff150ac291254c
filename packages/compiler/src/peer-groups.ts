/**
 * Address groups: the addresses behind every peer term, as of one moment.
 *
 * A term is a selector, or a selector (or everybody) with a port name: then it has one group for each protocol and number
 * that the name stands for among the members, because a named egress port is resolved at the destination.
 *
 * An address counts for its owner only, so no address ever stands for two workloads.
 *
 * @module
 */
import { canonicalJson, contentId } from '@firsthop/base';
import type { Inventory, Workload } from '@firsthop/inventory';
import { type Address, protocolNumbers, type TransportName } from '@firsthop/netaddr';
import { type AddressGroup, type AddressGroupId, addressGroupId } from '@firsthop/plan';
import type { SelectorKey, SelectorPool } from './selector-pool.ts';

/** What a port name means, and for whom. */
export interface NamedGroup {
  readonly id: AddressGroupId;
  readonly protocol: number;
  readonly number: number;
}

/** `undefined`: every known workload. */
export type Who = SelectorKey | undefined;

export class PeerGroups {
  readonly #inventory: Inventory;
  readonly #pool: SelectorPool;
  readonly #groups = new Map<AddressGroupId, AddressGroup>();
  readonly #named = new Map<string, readonly NamedGroup[]>();
  readonly #addresses = new Map<Workload, readonly Address[]>();

  constructor(inventory: Inventory, pool: SelectorPool) {
    this.#inventory = inventory;
    this.#pool = pool;
  }

  plain(selector: SelectorKey): AddressGroupId {
    const id = addressGroupId(contentId(canonicalJson({ selector })));
    if (!this.#groups.has(id)) this.#groups.set(id, { id, members: new Set(this.#members(selector).flatMap((member) => this.#owned(member))) });
    return id;
  }

  /** Ascending by protocol and number; `protocol: undefined` takes every one that the name is used with. */
  named(who: Who, name: string, protocol: TransportName | undefined): readonly NamedGroup[] {
    const key = canonicalJson({ selector: who, name, protocol });
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    const byNumber = new Map<string, { readonly protocol: number; readonly number: number; readonly members: Set<Address> }>();
    for (const member of this.#members(who))
      for (const port of member.ports) {
        if (port.name !== name || (protocol !== undefined && port.protocol !== protocol)) continue;
        const at = `${port.protocol}/${port.number}`;
        const slot = byNumber.get(at) ?? { protocol: protocolNumbers[port.protocol], number: port.number, members: new Set<Address>() };
        byNumber.set(at, slot);
        for (const address of this.#owned(member)) slot.members.add(address);
      }
    const found = [...byNumber.values()].filter(({ members }) => members.size > 0).sort((a, b) => a.protocol - b.protocol || a.number - b.number);
    const groups = found.map(({ protocol: wire, number, members }) => {
      const id = addressGroupId(contentId(canonicalJson({ selector: who, name, protocol: wire, number })));
      this.#groups.set(id, { id, members });
      return { id, protocol: wire, number };
    });
    this.#named.set(key, groups);
    return groups;
  }

  group(id: AddressGroupId): AddressGroup {
    const group = this.#groups.get(id);
    if (group === undefined) throw new Error(`no address group ${id}`);
    return group;
  }

  #members(who: Who): Workload[] {
    if (who === undefined) return [...this.#inventory.workloads()].filter(({ hostNetwork }) => !hostNetwork);
    return [...this.#pool.members(who)].flatMap((id) => this.#inventory.workload(id) ?? []);
  }

  #owned(workload: Workload): readonly Address[] {
    const known = this.#addresses.get(workload);
    if (known !== undefined) return known;
    const owned = workload.endpoints.flatMap(({ addresses }) => addresses).filter((address) => this.#inventory.workloadAt(address)?.id === workload.id);
    this.#addresses.set(workload, owned);
    return owned;
  }
}
