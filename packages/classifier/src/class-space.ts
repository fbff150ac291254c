/**
 * The address space of a node plan, cut into classes that its rules cannot tell apart. Kept from plan to plan: only addresses whose
 * terms changed are looked at again.
 *
 * @module
 */
import { type Address, type Addresses, AddressMap, type AddressRange, nextAddress, rangeContains } from '@firsthop/netaddr';
import type { AddressGroupId, NodePlan } from '@firsthop/plan';
import { ClassRegistry } from './class-registry.ts';
import { ClassVotes } from './class-votes.ts';
import type { ClassId, ClassTables } from './class-table.ts';
import { type CutRange, cutRanges, findRange } from './cut-ranges.ts';
import { type TermList, TermLists } from './term-lists.ts';
import { mentionedRanges, ownNodeTerm, type Term, TermTable } from './terms.ts';

type ClassRange = ClassTables['ranges'][number];

const merge = (a: readonly Term[], b: readonly Term[]): readonly Term[] => (b.length === 0 ? a : [...a, ...b].sort((x, y) => x - y));

export class ClassSpace {
  readonly terms: TermTable = new TermTable();
  readonly classes: ClassRegistry = new ClassRegistry();
  /** Addresses with a term that is no range; they are in no class of `ranges`. */
  readonly addresses: AddressMap = new AddressMap();
  /** Sorted, disjoint, neighbours of one class merged. */
  ranges: readonly ClassRange[] = [];
  readonly #groups = new Map<AddressGroupId, Addresses>();
  readonly #lists = new TermLists();
  /** The list of each address that has terms. */
  readonly #exact = new AddressMap();
  /** The terms of a list in a cut, for the length of an update: very many addresses have the same. */
  readonly #merged = new Map<TermList, Map<CutRange | undefined, readonly Term[]>>();
  #own: readonly Address[] = [];
  #rules: NodePlan['rules'] | undefined;
  #mentioned: ReadonlyMap<Term, AddressRange> = new Map();
  #cuts: readonly CutRange[] = [];
  /** Undefined: any, as at the beginning. */
  #moved: Set<Address> | undefined;

  update({ addressGroups, ownNode, rules }: Pick<NodePlan, 'addressGroups' | 'ownNode' | 'rules'>): void {
    const touched = new Set<Address>();
    for (const id of this.#groups.keys()) if (!addressGroups.has(id)) this.#replaceGroup(id, undefined, touched);
    for (const { id, members } of addressGroups.values()) this.#replaceGroup(id, members, touched);
    this.#replaceOwn(ownNode, touched);
    const isCut = this.#recut(rules);
    this.#keepNumbers(isCut ? this.addresses.keys() : touched, isCut);
    if (isCut && this.#replaceRanges()) this.#moved = undefined;
    for (const address of isCut ? this.#exact.keys() : touched) this.#classify(address);
    for (const address of touched) if (!this.#exact.has(address)) this.#forget(address);
    this.#merged.clear();
  }

  /** Every address whose class may be another one than at the last call. Undefined: it may be any. */
  takeMoved(): ReadonlySet<Address> | undefined {
    const moved = this.#moved;
    this.#moved = new Set();
    return moved;
  }

  classOf(address: Address): ClassId {
    return this.addresses.get(address) ?? findRange(this.ranges, address)?.class ?? 0;
  }

  #replaceGroup(id: AddressGroupId, members: Addresses | undefined, touched: Set<Address>): void {
    const was = this.#groups.get(id);
    if (was === members) return;
    const term = this.terms.ofGroup(id);
    for (const address of was ?? []) if (members?.has(address) !== true) this.#drop(address, term, touched);
    for (const address of members ?? []) if (was?.has(address) !== true) this.#put(address, term, touched);
    if (members === undefined) {
      this.#groups.delete(id);
      this.terms.forgetGroup(id);
    } else this.#groups.set(id, members);
  }

  #replaceOwn(now: readonly Address[], touched: Set<Address>): void {
    if (this.#own === now) return;
    for (const address of this.#own) if (!now.includes(address)) this.#drop(address, ownNodeTerm, touched);
    for (const address of now) this.#put(address, ownNodeTerm, touched);
    this.#own = now;
  }

  #put(address: Address, term: Term, touched: Set<Address>): void {
    this.#exact.set(address, this.#lists.with(this.#exact.get(address) ?? 0, term));
    touched.add(address);
  }

  #drop(address: Address, term: Term, touched: Set<Address>): void {
    const list = this.#lists.without(this.#exact.get(address) ?? 0, term);
    if (list === 0) this.#exact.delete(address);
    else this.#exact.set(address, list);
    touched.add(address);
  }

  /** True if the ranges that rules mention are others than before. */
  #recut(rules: NodePlan['rules']): boolean {
    if (this.#rules === rules) return false;
    this.#rules = rules;
    const mentioned = mentionedRanges(rules, this.terms);
    const gone = [...this.#mentioned].filter(([term]) => !mentioned.has(term));
    if (gone.length === 0 && mentioned.size === this.#mentioned.size) return false;
    for (const [, range] of gone) this.terms.forgetRange(range);
    this.#mentioned = mentioned;
    this.#cuts = cutRanges(mentioned);
    return true;
  }

  /** A class of which everybody gets the same other terms keeps its number: a prefix around all of it, or a group of all of it, moves nobody. */
  #keepNumbers(addresses: Iterable<Address>, isCut: boolean): void {
    this.#merged.clear();
    const votes = new ClassVotes();
    for (const address of addresses) {
      const was = this.addresses.get(address);
      if (was !== undefined) votes.add(was, this.#termsOf(address));
    }
    if (isCut) for (const { range, class: was } of this.ranges) votes.add(was, this.#termsWithin(range));
    for (const [id, { terms, count }] of votes.unanimous()) if (count === this.classes.usersOf(id)) this.classes.rename(id, terms);
  }

  /** Undefined: it has none of its own any more. */
  #termsOf(address: Address): readonly Term[] | undefined {
    const list = this.#exact.get(address);
    if (list === undefined) return undefined;
    const cut = findRange(this.#cuts, address);
    const ofList = this.#merged.get(list) ?? new Map<CutRange | undefined, readonly Term[]>();
    const terms = ofList.get(cut) ?? merge(this.#lists.termsOf(list), cut?.terms ?? []);
    this.#merged.set(list, ofList.set(cut, terms));
    return terms;
  }

  /** Undefined: they are not the same everywhere in the range. */
  #termsWithin({ first, last }: AddressRange): readonly Term[] | undefined {
    const cut = findRange(this.#cuts, first);
    return cut !== undefined && rangeContains(cut.range, last) ? cut.terms : undefined;
  }

  /** True if there are others than before, or of other classes. */
  #replaceRanges(): boolean {
    const was = this.ranges;
    const now = this.#classRanges();
    for (const { class: id } of was) this.classes.release(id);
    const isSame = was.length === now.length && was.every(({ range, class: id }, i) => id === now[i]?.class && range.first === now[i].range.first && range.last === now[i].range.last);
    if (!isSame) this.ranges = now;
    return !isSame;
  }

  /** Neighbours of one class become one range. */
  #classRanges(): ClassRange[] {
    const merged: ClassRange[] = [];
    for (const { range, terms } of this.#cuts) {
      const id = this.classes.acquire(terms);
      const open = merged.at(-1);
      if (open === undefined || open.class !== id || nextAddress(open.range.last) !== range.first) merged.push({ range, class: id });
      else {
        merged[merged.length - 1] = { range: { first: open.range.first, last: range.last }, class: id };
        this.classes.release(id);
      }
    }
    return merged;
  }

  #classify(address: Address): void {
    const terms = this.#termsOf(address);
    if (terms === undefined) return;
    const was = this.addresses.get(address);
    const now = this.classes.acquire(terms);
    if (was !== undefined) this.classes.release(was);
    if (was === now) return;
    this.addresses.set(address, now);
    this.#moved?.add(address);
  }

  #forget(address: Address): void {
    const was = this.addresses.get(address);
    if (was === undefined) return;
    this.classes.release(was);
    this.addresses.delete(address);
    this.#moved?.add(address);
  }
}
