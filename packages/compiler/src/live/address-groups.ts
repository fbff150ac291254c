/**
 * Members of all address groups that some rule of some plan names, kept as facts change.
 *
 * An address is in the groups that select its owner. So it is looked at again when it has another owner, or when its owner's facts or its owner's
 * selectors are others, and at no other time; addresses whose owners no selector tells apart share one list of groups.
 *
 * @module
 */
import { type Few, putInto, takeFrom } from '@firsthop/base';
import type { FactChange, Inventory, Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import type { AddressGroupId } from '@firsthop/plan';
import { type GroupSource, uses } from '../group-source.ts';
import type { GroupPeer, PeerGroups } from '../peer-groups.ts';
import { type SelectorKey, selectorKey } from '../selector-key.ts';
import type { LabelSet, SelectorPool } from '../selector-pool.ts';
import { LiveGroup } from './live-group.ts';

type Groups = readonly LiveGroup[];
const none: Groups = [];

/** It asks for users of a port. */
const isNamed = ({ source }: LiveGroup): boolean => source.kind === 'workloads' && source.use !== undefined;
/** A source of which members are found by a selector, or by none: everybody. */
const isSelected = ({ kind }: GroupSource): boolean => kind === 'workloads' || kind === 'service';

export class AddressGroups {
  readonly #inventory: Inventory;
  readonly #pool: SelectorPool;
  readonly #peers: PeerGroups;
  readonly #groups = new Map<AddressGroupId, LiveGroup>();
  /** By selector; those of everybody under `undefined`. */
  readonly #bySelector = new Map<SelectorKey | undefined, Few<LiveGroup>>();
  /** Of those that are selected: by what, at present. */
  readonly #selectorOf = new Map<LiveGroup, SelectorKey | undefined>();
  readonly #services = new Map<string, Few<LiveGroup>>();
  readonly #ofNodes = new Set<LiveGroup>();
  readonly #groupsOf = new Map<Address, Groups>();
  /** Those of a label set without those that ask for ports, and those that do. */
  #shared = new WeakMap<LabelSet, { readonly plain: Groups; readonly named: Groups }>();
  readonly #sets = new Set<LabelSet>();
  readonly #addresses = new Set<Address>();
  #hasOtherNodes = false;
  readonly #otherServices = new Set<string>();
  readonly #changed = new Set<LiveGroup>();
  /** Nobody names them any more; they are forgotten when the flush is over, because somebody may name them again before. */
  readonly #idle = new Set<LiveGroup>();

  constructor(inventory: Inventory, pool: SelectorPool, peers: PeerGroups) {
    this.#inventory = inventory;
    this.#pool = pool;
    this.#peers = peers;
  }

  retain(peer: GroupPeer): LiveGroup {
    const group = this.#groups.get(peer.group) ?? this.#make(peer);
    group.refs++;
    this.#idle.delete(group);
    return group;
  }

  release(group: LiveGroup): void {
    if (--group.refs === 0) this.#idle.add(group);
  }

  /** Whose selectors may be others than before. */
  touch(sets: Iterable<LabelSet>): void {
    for (const set of sets) {
      this.#sets.add(set);
      this.#shared.delete(set);
    }
  }

  onFact(change: FactChange): void {
    if (change.of === 'workload') {
      // What it had and has no more changed hands.
      for (const { address } of change.owners) this.#addresses.add(address);
      for (const { addresses } of change.now?.endpoints ?? []) for (const address of addresses) this.#addresses.add(address);
    } else if (change.of === 'node') this.#hasOtherNodes = true;
    else if (change.of === 'service') this.#otherServices.add(change.id);
  }

  /** Brings all members up to date, and tells holders. */
  settle(): void {
    if (this.#hasOtherNodes) for (const group of this.#ofNodes) this.#fill(group);
    this.#hasOtherNodes = false;
    for (const id of this.#otherServices) for (const group of this.#services.get(id) ?? []) this.#select(group, this.#selectorFor(group.source));
    this.#otherServices.clear();
    // Selectors that came with groups since `touch` was told of all others.
    this.touch(this.#pool.takeTouched());
    for (const set of this.#sets)
      for (const id of set.members) for (const { addresses } of this.#inventory.workload(id)?.endpoints ?? []) for (const address of addresses) this.#addresses.add(address);
    this.#sets.clear();
    for (const address of this.#addresses) this.#place(address);
    this.#addresses.clear();
    for (const group of this.#changed) group.propagate();
  }

  /** What changed is told. */
  flushed(): void {
    for (const group of this.#changed) group.flushed();
    this.#changed.clear();
    for (const group of this.#idle) this.#forget(group);
    this.#idle.clear();
    this.touch(this.#pool.takeTouched());
  }

  #make(peer: GroupPeer): LiveGroup {
    const group = new LiveGroup(peer.group, this.#peers.sourceOf(peer));
    this.#groups.set(peer.group, group);
    const { source } = group;
    if (isSelected(source)) {
      if (source.kind === 'service') putInto(this.#services, this.#serviceId(source), group);
      this.#select(group, this.#selectorFor(source));
    } else {
      if (source.kind === 'nodes') this.#ofNodes.add(group);
      this.#fill(group);
    }
    return group;
  }

  #forget(group: LiveGroup): void {
    this.#groups.delete(group.id);
    this.#ofNodes.delete(group);
    if (group.source.kind === 'service') takeFrom(this.#services, this.#serviceId(group.source), group);
    this.#deselect(group);
  }

  #serviceId({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
    return `${this.#inventory.cluster}/${namespace}/${name}`;
  }

  /** `null`: nobody is behind it. */
  #selectorFor(source: GroupSource): { readonly key: SelectorKey | undefined } | null {
    const who = source.kind === 'workloads' ? source.who : source.kind === 'service' ? (this.#peers.behind(source) ?? null) : null;
    if (who === null) return null;
    if (who === undefined) return { key: undefined };
    const key = selectorKey(who);
    this.#pool.retain(who, key);
    return { key };
  }

  /** `selector`: held for it already. */
  #select(group: LiveGroup, selector: { readonly key: SelectorKey | undefined } | null): void {
    this.#deselect(group);
    if (selector === null) return;
    putInto(this.#bySelector, selector.key, group);
    this.#selectorOf.set(group, selector.key);
    this.touch(this.#setsOf(selector.key));
  }

  #deselect(group: LiveGroup): void {
    if (!this.#selectorOf.has(group)) return;
    const key = this.#selectorOf.get(group);
    this.#selectorOf.delete(group);
    takeFrom(this.#bySelector, key, group);
    this.touch(this.#setsOf(key));
    if (key !== undefined) this.#pool.release(key);
  }

  #setsOf(key: SelectorKey | undefined): Iterable<LabelSet> {
    return key === undefined ? this.#pool.labelSets() : this.#pool.setsOf(key);
  }

  /** Of one that no selector fills. */
  #fill(group: LiveGroup): void {
    const { source } = group;
    if (source.kind !== 'nodes' && source.kind !== 'answers') return;
    const now = new Set(this.#peers.looseMembers(source));
    for (const address of group.members) if (!now.has(address)) group.delete(address);
    for (const address of now) group.add(address);
    this.#changed.add(group);
  }

  #place(address: Address): void {
    const was = this.#groupsOf.get(address) ?? none;
    const owner = this.#inventory.workloadAt(address);
    const now = owner === undefined ? none : this.#groupsFor(owner);
    if (was === now) return;
    if (now.length === 0) this.#groupsOf.delete(address);
    else this.#groupsOf.set(address, now);
    for (const group of was.length === 0 ? none : gone(was, now)) if (group.delete(address)) this.#changed.add(group);
    for (const group of now) if (group.add(address)) this.#changed.add(group);
  }

  #groupsFor(owner: Workload): Groups {
    const set = this.#pool.labelSetOf(owner.id);
    if (set === undefined) return none;
    const { plain, named } = this.#sharedOf(set);
    if (named.length === 0 || owner.ports.length === 0) return plain;
    const mine = named.filter(({ source }) => source.kind === 'workloads' && source.use !== undefined && uses(owner, source.use));
    return mine.length === 0 ? plain : [...plain, ...mine];
  }

  #sharedOf(set: LabelSet): { readonly plain: Groups; readonly named: Groups } {
    const known = this.#shared.get(set);
    if (known !== undefined) return known;
    const [plain, named]: [LiveGroup[], LiveGroup[]] = [[], []];
    for (const group of this.#bySelector.get(undefined) ?? []) (isNamed(group) ? named : plain).push(group);
    for (const key of set.selectors) for (const group of this.#bySelector.get(key) ?? []) (isNamed(group) ? named : plain).push(group);
    const made = { plain: plain.length === 0 ? none : plain.slice(), named: named.length === 0 ? none : named };
    this.#shared.set(set, made);
    return made;
  }
}

/** Of lists that may be long, or most of the time are not. */
const gone = (was: Groups, now: Groups): Groups => {
  if (now.length < 8) return was.filter((group) => !now.includes(group));
  const kept = new Set(now);
  return was.filter((group) => !kept.has(group));
};
