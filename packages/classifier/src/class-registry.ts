/**
 * Numbers for sets of terms. A set keeps its number as long as somebody is in it, and a number that was given up is not used again. Where all who are in a set
 * get the same other terms together, the number goes with them.
 *
 * @module
 */
import type { ClassId } from './class-table.ts';
import type { Term } from './terms.ts';

interface Entry {
  readonly id: ClassId;
  /** Ascending. */
  terms: readonly Term[];
  key: string;
  users: number;
}

const nobody: ReadonlySet<ClassId> = new Set();

export class ClassRegistry {
  readonly #byKey = new Map<string, Entry>();
  readonly #byId = new Map<ClassId, Entry>();
  readonly #withTerm = new Map<Term, Set<ClassId>>();
  #next = 1;
  #version = 0;
  #workspace = new Int32Array(0);

  /** The class of exactly these terms, ascending, and one user more of it. */
  acquire(terms: readonly Term[]): ClassId {
    if (terms.length === 0) return 0;
    const key = terms.join(' ');
    const entry = this.#byKey.get(key) ?? this.#create(key, terms);
    entry.users++;
    return entry.id;
  }

  usersOf(id: ClassId): number {
    return this.#byId.get(id)?.users ?? 0;
  }

  /** Other terms, ascending, for all of its users; nothing happens where there is a class of these terms already. */
  rename(id: ClassId, terms: readonly Term[]): void {
    const entry = this.#byId.get(id);
    const key = terms.join(' ');
    if (entry === undefined || terms.length === 0 || this.#byKey.has(key)) return;
    this.#version++;
    this.#unlist(entry);
    this.#byKey.delete(entry.key);
    entry.terms = [...terms];
    entry.key = key;
    this.#byKey.set(key, entry);
    this.#list(entry);
  }

  release(id: ClassId): void {
    const entry = this.#byId.get(id);
    if (entry === undefined || --entry.users > 0) return;
    this.#version++;
    this.#byId.delete(id);
    this.#byKey.delete(entry.key);
    this.#unlist(entry);
  }

  /** Another number whenever a class comes or goes, or has other terms. */
  get version(): number {
    return this.#version;
  }

  /** Class 0 has none. */
  termsOf(id: ClassId): readonly Term[] {
    return this.#byId.get(id)?.terms ?? [];
  }

  classesWith(term: Term): ReadonlySet<ClassId> {
    return this.#withTerm.get(term) ?? nobody;
  }

  /** A zero for every class, for a moment: whoever takes it leaves it as it was. Made once, because a group may be about few classes of very many. */
  workspace(): Int32Array {
    if (this.#workspace.length < this.#next) this.#workspace = new Int32Array(2 * this.#next);
    return this.#workspace;
  }

  #create(key: string, terms: readonly Term[]): Entry {
    const entry: Entry = { id: this.#next++, terms: [...terms], key, users: 0 };
    this.#version++;
    this.#byKey.set(key, entry);
    this.#byId.set(entry.id, entry);
    this.#list(entry);
    return entry;
  }

  #list({ id, terms }: Entry): void {
    for (const term of terms) this.#withTerm.set(term, (this.#withTerm.get(term) ?? new Set()).add(id));
  }

  #unlist({ id, terms }: Entry): void {
    for (const term of terms) {
      const classes = this.#withTerm.get(term);
      classes?.delete(id);
      if (classes?.size === 0) this.#withTerm.delete(term);
    }
  }
}
