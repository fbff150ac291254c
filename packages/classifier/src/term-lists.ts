/**
 * Numbers for lists of terms: very many addresses have few lists between them. A list is reached from the one without its greatest term, and is
 * there as long as somebody has it, or a longer one.
 *
 * @module
 */
import type { Term } from './terms.ts';

/** 0 is the empty list. A number that nobody has any more means another list later. */
export type TermList = number;

interface Entry {
  readonly number: TermList;
  readonly before: Entry | undefined;
  readonly term: Term;
  /** Those who have it, and the lists that go on from it. */
  users: number;
  /** Made with the first one. */
  next: Map<Term, Entry> | undefined;
}

const noTerm: Term = -1;

/** The part of a list up to a term, and the terms behind it. */
const splitAt = (from: Entry, term: Term): { readonly entry: Entry; readonly behind: readonly Term[] } => {
  const behind: Term[] = [];
  let entry = from;
  while (entry.term > term && entry.before !== undefined) {
    behind.push(entry.term);
    entry = entry.before;
  }
  return { entry, behind: behind.reverse() };
};

export class TermLists {
  readonly #empty: Entry = { number: 0, before: undefined, term: noTerm, users: 1, next: undefined };
  readonly #entries: (Entry | undefined)[] = [this.#empty];
  readonly #free: TermList[] = [];

  /** Lists that there are, the empty one too. */
  get size(): number {
    return this.#entries.length - this.#free.length;
  }

  /** Ascending. */
  termsOf(list: TermList): readonly Term[] {
    const terms: Term[] = [];
    for (let entry = this.#entryOf(list); entry.before !== undefined; entry = entry.before) terms.push(entry.term);
    return terms.reverse();
  }

  /** The list with one term more, of one who had this one and has it no longer. */
  with(list: TermList, term: Term): TermList {
    return this.#turn(list, this.#reach(this.#entryOf(list), term));
  }

  /** The list with one term less, of one who had this one and has it no longer. */
  without(list: TermList, term: Term): TermList {
    return this.#turn(list, this.#avoid(this.#entryOf(list), term));
  }

  #turn(was: TermList, now: Entry): TermList {
    now.users++;
    this.#release(this.#entryOf(was));
    return now.number;
  }

  /** Terms are mostly given in their order, and then it is one step. */
  #reach(from: Entry, term: Term): Entry {
    const { entry, behind } = splitAt(from, term);
    return this.#along(entry.term === term ? entry : this.#step(entry, term), behind);
  }

  #avoid(from: Entry, term: Term): Entry {
    const { entry, behind } = splitAt(from, term);
    return entry.term === term && entry.before !== undefined ? this.#along(entry.before, behind) : from;
  }

  #along(from: Entry, terms: readonly Term[]): Entry {
    return terms.reduce((entry, term) => this.#step(entry, term), from);
  }

  #step(before: Entry, term: Term): Entry {
    const known = before.next?.get(term);
    if (known !== undefined) return known;
    const entry: Entry = { number: this.#free.pop() ?? this.#entries.length, before, term, users: 0, next: undefined };
    this.#entries[entry.number] = entry;
    (before.next ??= new Map()).set(term, entry);
    before.users++;
    return entry;
  }

  #release(from: Entry): void {
    for (let entry = from; entry.before !== undefined && --entry.users === 0; entry = entry.before) {
      this.#entries[entry.number] = undefined;
      this.#free.push(entry.number);
      entry.before.next?.delete(entry.term);
      if (entry.before.next?.size === 0) entry.before.next = undefined;
    }
  }

  #entryOf(list: TermList): Entry {
    const entry = this.#entries[list];
    if (entry === undefined) throw new Error(`nobody has the list of terms ${list}`);
    return entry;
  }
}
