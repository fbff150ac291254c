/**
 * An address group as nodes have it, while it changes: members, who holds it, and what is other than at the last flush.
 *
 * @module
 */
import { SetDigest } from '@firsthop/base';
import { type Address, compareAddresses } from '@firsthop/netaddr';
import { type AddressGroup, type AddressGroupDelta, type AddressGroupId, groupEntry, memberEntry } from '@firsthop/plan';
import type { GroupSource } from '../group-source.ts';

/** A node that has it. */
export interface Holder {
  /** `by`: to be added to the digest of all that it has. */
  groupChanged(group: LiveGroup, by: SetDigest): void;
}

const sorted = (addresses: Iterable<Address>): Address[] => [...addresses].sort(compareAddresses);

export class LiveGroup {
  readonly id: AddressGroupId;
  readonly source: GroupSource;
  readonly holders: Set<Holder> = new Set();
  /** How many rules name it. */
  refs = 0;
  /** Of it and its members, as holders have counted it. */
  readonly digest: SetDigest = new SetDigest();
  readonly #members = new Set<Address>();
  #come = new Set<Address>();
  #gone = new Set<Address>();
  #change: SetDigest | undefined;
  #delta: AddressGroupDelta | undefined;
  #whole: AddressGroupDelta | undefined;
  #frozen: AddressGroup | undefined;

  constructor(id: AddressGroupId, source: GroupSource) {
    this.id = id;
    this.source = source;
    this.digest.add(...groupEntry(id));
  }

  get members(): ReadonlySet<Address> {
    return this.#members;
  }

  /** Whether it was not there. */
  add(address: Address): boolean {
    if (this.#members.has(address)) return false;
    this.#members.add(address);
    if (!this.#gone.delete(address)) this.#come.add(address);
    (this.#change ??= new SetDigest()).add(...memberEntry(this.id, address));
    return true;
  }

  /** Whether it was there. */
  delete(address: Address): boolean {
    if (!this.#members.delete(address)) return false;
    if (!this.#come.delete(address)) this.#gone.add(address);
    (this.#change ??= new SetDigest()).remove(...memberEntry(this.id, address));
    return true;
  }

  /** Tells holders of all changes since this was last called. */
  propagate(): void {
    const by = this.#change;
    if (by === undefined) return;
    this.#change = undefined;
    this.#frozen = undefined;
    this.#whole = undefined;
    this.#delta = undefined;
    this.digest.include(by);
    for (const holder of this.holders) holder.groupChanged(this, by);
  }

  /** For who has it as it was at the last flush. Undefined: it is the same. */
  delta(): AddressGroupDelta | undefined {
    if (this.#come.size + this.#gone.size === 0) return undefined;
    return (this.#delta ??= { id: this.id, added: sorted(this.#come), removed: sorted(this.#gone) });
  }

  /** For who does not have it. */
  whole(): AddressGroupDelta {
    return (this.#whole ??= { id: this.id, added: sorted(this.#members), removed: [] });
  }

  /** As it is now; never changes. */
  frozen(): AddressGroup {
    return (this.#frozen ??= { id: this.id, members: new Set(this.#members) });
  }

  flushed(): void {
    if (this.#come.size > 0) this.#come = new Set();
    if (this.#gone.size > 0) this.#gone = new Set();
    this.#delta = undefined;
  }
}
