/**
 * Address groups: the addresses behind every peer term of every policy, kept as workloads come and go.
 *
 * A term is a selector, or a selector with a port name: then it has one group for each (protocol, number) that the name
 * stands for somewhere, because a named egress port is resolved at the destination.
 *
 * Law: at any time a group holds exactly the addresses of the members' views. Views of different workloads never share
 * an address (the inventory gives each one owner), so membership needs no counting.
 *
 * @module
 */
import { canonicalJson, contentId } from '@firsthop/base';
import type { NamedPort, WorkloadId } from '@firsthop/inventory';
import { type Address, protocolNumbers } from '@firsthop/netaddr';
import { type AddressGroupId, addressGroupId } from '@firsthop/plan';
import { Group, type Span } from './group.ts';
import type { SelectorKey } from './selector-key.ts';

export interface PeerTerm {
  readonly selector: SelectorKey;
  /** Undefined: all addresses of the members. */
  readonly portName: string | undefined;
}

/** A group of a named term, and what the name means in it. */
export interface NamedGroup {
  readonly id: AddressGroupId;
  readonly protocol: number;
  readonly number: number;
}

/** What a workload shows as a peer. */
export interface PeerView {
  readonly addresses: readonly Address[];
  readonly ports: readonly NamedPort[];
}

interface Slot {
  readonly group: Group;
  readonly protocol: number;
  readonly number: number;
}

interface TermState {
  readonly term: PeerTerm;
  refs: number;
  readonly slots: Map<string, Slot>;
}

const nobody: PeerView = { addresses: [], ports: [] };
const termKey = ({ selector, portName }: PeerTerm): string => JSON.stringify([selector, portName ?? null]);
const plainSlot = '';

const groupIdOf = ({ selector, portName }: PeerTerm, protocol: number, number: number): AddressGroupId =>
  addressGroupId(contentId(canonicalJson(portName === undefined ? { selector } : { selector, portName, protocol, number })));

export class AddressGroups<N extends Span> {
  readonly #membersOf: (selector: SelectorKey) => Iterable<WorkloadId>;
  readonly #views = new Map<WorkloadId, PeerView>();
  readonly #terms = new Map<string, TermState>();
  readonly #bySelector = new Map<SelectorKey, Set<TermState>>();
  readonly #groups = new Map<AddressGroupId, Group>();
  readonly #changed = new Set<Group>();
  readonly #reshaped = new Set<string>();

  constructor(membersOf: (selector: SelectorKey) => Iterable<WorkloadId>) {
    this.#membersOf = membersOf;
  }

  retain(term: PeerTerm): void {
    const known = this.#terms.get(termKey(term));
    if (known !== undefined) {
      known.refs++;
      return;
    }
    const state: TermState = { term, refs: 1, slots: new Map() };
    this.#terms.set(termKey(term), state);
    this.#bySelector.set(term.selector, (this.#bySelector.get(term.selector) ?? new Set()).add(state));
    if (term.portName === undefined) this.#slot(state, plainSlot, 0, 0);
    for (const member of this.#membersOf(term.selector)) this.#contribute(state, this.#views.get(member) ?? nobody, true);
  }

  /** The term goes at the next `sweep`, when nobody has taken it up again. */
  release(term: PeerTerm): void {
    const state = this.#terms.get(termKey(term));
    if (state !== undefined) state.refs--;
  }

  onMembership(selector: SelectorKey, workload: WorkloadId, member: boolean): void {
    const view = this.#views.get(workload);
    if (view === undefined) return;
    for (const state of this.#bySelector.get(selector) ?? []) this.#contribute(state, view, member);
  }

  /** Views that lose addresses must be set before views that win them. */
  setView(workload: WorkloadId, view: PeerView | undefined, selectors: Iterable<SelectorKey>): void {
    const was = this.#views.get(workload) ?? nobody;
    for (const selector of selectors)
      for (const state of this.#bySelector.get(selector) ?? []) {
        this.#contribute(state, was, false);
        this.#contribute(state, view ?? nobody, true);
      }
    if (view === undefined) this.#views.delete(workload);
    else this.#views.set(workload, view);
  }

  view(workload: WorkloadId): PeerView {
    return this.#views.get(workload) ?? nobody;
  }

  plainGroup(selector: SelectorKey): AddressGroupId {
    return groupIdOf({ selector, portName: undefined }, 0, 0);
  }

  /** What a port name stands for among the members now. */
  namedGroups(term: PeerTerm): NamedGroup[] {
    const slots = [...(this.#terms.get(termKey(term))?.slots.values() ?? [])].filter(({ group }) => group.members.size > 0);
    return slots.map(({ group, protocol, number }) => ({ id: group.id, protocol, number })).sort((a, b) => a.protocol - b.protocol || a.number - b.number);
  }

  group(id: AddressGroupId): Group {
    const group = this.#groups.get(id);
    if (group === undefined) throw new Error(`no address group ${id}`);
    return group;
  }

  /** Whether a port name of this term may stand for other numbers than before. */
  isReshaped(term: PeerTerm): boolean {
    return this.#reshaped.has(termKey(term));
  }

  get anyReshaped(): boolean {
    return this.#reshaped.size > 0;
  }

  /** Groups whose members changed since the last sweep. */
  changed(): Iterable<Group> {
    return this.#changed;
  }

  /** Ends a round: forgets what was reported, and what nobody needs. */
  sweep(): void {
    for (const group of this.#changed) group.settle();
    this.#changed.clear();
    for (const key of this.#reshaped) this.#dropEmptySlots(this.#terms.get(key));
    this.#reshaped.clear();
    for (const [key, state] of this.#terms) if (state.refs === 0) this.#drop(key, state);
  }

  #contribute(state: TermState, view: PeerView, member: boolean): void {
    if (view.addresses.length === 0) return;
    if (state.term.portName === undefined) return this.#change(state, this.#slot(state, plainSlot, 0, 0), view.addresses, member);
    for (const { name, protocol, number } of view.ports) {
      if (name !== state.term.portName) continue;
      const wire = protocolNumbers[protocol];
      this.#change(state, this.#slot(state, `${wire}/${number}`, wire, number), view.addresses, member);
    }
  }

  #change(state: TermState, group: Group, addresses: readonly Address[], member: boolean): void {
    const wasEmpty = group.members.size === 0;
    for (const address of addresses) if (group.set(address, member)) this.#changed.add(group);
    if (wasEmpty !== (group.members.size === 0)) this.#reshaped.add(termKey(state.term));
  }

  #slot(state: TermState, name: string, protocol: number, number: number): Group {
    const known = state.slots.get(name);
    if (known !== undefined) return known.group;
    const group = new Group(groupIdOf(state.term, protocol, number));
    state.slots.set(name, { group, protocol, number });
    this.#groups.set(group.id, group);
    return group;
  }

  #dropEmptySlots(state: TermState | undefined): void {
    if (state === undefined || state.term.portName === undefined) return;
    for (const [name, { group }] of state.slots) {
      if (group.members.size > 0) continue;
      state.slots.delete(name);
      this.#groups.delete(group.id);
    }
  }

  #drop(key: string, state: TermState): void {
    this.#terms.delete(key);
    const siblings = this.#bySelector.get(state.term.selector);
    siblings?.delete(state);
    if (siblings?.size === 0) this.#bySelector.delete(state.term.selector);
    for (const { group } of state.slots.values()) this.#groups.delete(group.id);
  }
}
