/**
 * Numbers for sets of terms. A set keeps its number from plan to plan, and a number that was given up is not used again.
 *
 * @module
 */
import type { ClassId } from './class-table.ts';
import type { Term } from './terms.ts';

export class ClassInterner {
  #known = new Map<string, ClassId>();
  #used = new Map<string, { readonly id: ClassId; readonly terms: ReadonlySet<Term> }>();
  #next = 1;

  /** The class of addresses with exactly these terms, in any order. */
  idOf(terms: readonly Term[]): ClassId {
    if (terms.length === 0) return 0;
    const key = [...terms].sort().join(' ');
    const used = this.#used.get(key);
    if (used !== undefined) return used.id;
    const id = this.#known.get(key) ?? this.#next++;
    this.#used.set(key, { id, terms: new Set(terms) });
    return id;
  }

  /** All classes in use, without class 0. */
  classes(): Iterable<{ readonly id: ClassId; readonly terms: ReadonlySet<Term> }> {
    return this.#used.values();
  }

  /** Before the next plan: what it does not take up again is forgotten after it. */
  beginRound(): void {
    this.#known = new Map([...this.#used].map(([key, { id }]) => [key, id]));
    this.#used = new Map();
  }
}
