/**
 * An address group as nodes have it, while it changes: members, who holds it, and what is other than at the last flush.
 *
 * @module
 */
import { Few, SetDigest, type SetView } from '@firsthop/base';
import { type Address, AddressSet, compareAddresses } from '@firsthop/netaddr';
import { type AddressGroup, type AddressGroupDelta, type AddressGroupId, groupEntry, memberEntry } from '@firsthop/plan';
import type { GroupSource } from '../group-source.ts';

/** A node that has it. */
export interface Holder {
  /** `by`: to be added to the digest of all that it has. */
  groupChanged(group: LiveGroup, by: SetDigest): void;
}

/** As many take less room one by one than in columns. */
const few = 16;

const sorted = (addresses: Iterable<Address>): Address[] => [...addresses].sort(compareAddresses);

export class LiveGroup {
  readonly id: AddressGroupId;
  readonly source: GroupSource;
  readonly holders: Few<Holder> = new Few();
  /** How many rules name it. */
  refs = 0;
  /** Of it and its members, as holders have counted it. */
  readonly digest: SetDigest = new SetDigest();
  readonly #members = new Few<Address>();
  /** Since the last flush. */
  #come: Few<Address> | undefined;
  #gone: Few<Address> | undefined;
  #change: SetDigest | undefined;
  #delta: AddressGroupDelta | undefined;
  #whole: AddressGroupDelta | undefined;
  #frozen: AddressGroup | undefined;

  constructor(id: AddressGroupId, source: GroupSource) {
    this.id = id;
    this.source = source;
    this.digest.add(...groupEntry(id));
  }

  get members(): SetView<Address> {
    return this.#members;
  }

  /** Whether it was not there. */
  add(address: Address): boolean {
    if (!this.#members.add(address)) return false;
    if (this.#gone?.delete(address) !== true) (this.#come ??= new Few()).add(address);
    (this.#change ??= new SetDigest()).add(...memberEntry(this.id, address));
    return true;
  }

  /** Whether it was there. */
  delete(address: Address): boolean {
    if (!this.#members.delete(address)) return false;
    if (this.#come?.delete(address) !== true) (this.#gone ??= new Few()).add(address);
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
    const [come, gone] = [this.#come ?? [], this.#gone ?? []];
    if ((this.#come?.size ?? 0) + (this.#gone?.size ?? 0) === 0) return undefined;
    return (this.#delta ??= { id: this.id, added: sorted(come), removed: sorted(gone) });
  }

  /** For who does not have it. */
  whole(): AddressGroupDelta {
    return (this.#whole ??= { id: this.id, added: sorted(this.#members), removed: [] });
  }

  /** As it is now; never changes. */
  frozen(): AddressGroup {
    return (this.#frozen ??= { id: this.id, members: this.#members.size < few ? Few.of(this.#members) : AddressSet.of(this.#members) });
  }

  flushed(): void {
    this.#come = undefined;
    this.#gone = undefined;
    this.#delta = undefined;
    this.#whole = undefined;
  }
}
