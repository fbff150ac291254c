/**
 * Numbers for sets of terms. A set keeps its number as long as somebody is in it, and a number that was given up is not used again.
 *
 * @module
 */
import type { ClassId } from './class-table.ts';
import type { Term } from './terms.ts';

export interface AddressClass {
  readonly id: ClassId;
  /** Ascending. */
  readonly terms: readonly Term[];
}

interface Entry extends AddressClass {
  readonly key: string;
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

  release(id: ClassId): void {
    const entry = this.#byId.get(id);
    if (entry === undefined || --entry.users > 0) return;
    this.#version++;
    this.#byId.delete(id);
    this.#byKey.delete(entry.key);
    for (const term of entry.terms) {
      const classes = this.#withTerm.get(term);
      classes?.delete(id);
      if (classes?.size === 0) this.#withTerm.delete(term);
    }
  }

  /** Another number whenever a class comes or goes. */
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
    for (const term of terms) this.#withTerm.set(term, (this.#withTerm.get(term) ?? new Set()).add(entry.id));
    return entry;
  }
}
