/**
 * Sets of terms as numbers: what a class shows to one policy group.
 *
 * A set is reached from the set without its greatest term, so that all classes of a cluster find theirs by one pass over the terms, and
 * no set is ever written out to be compared.
 *
 * @module
 */
import type { ClassRegistry } from './class-registry.ts';
import type { ClassId } from './class-table.ts';
import type { Term } from './terms.ts';

/** 0 is the empty set; a number stays with its set. */
export type TermSet = number;

/** Terms and sets stay below it, so that one of each make one exact number. */
const most = 0x400_0000;

export class TermSets {
  readonly #terms: (readonly Term[])[] = [[]];
  readonly #next = new Map<number, TermSet>();

  /** Ascending. */
  termsOf(set: TermSet): readonly Term[] {
    return this.#terms[set] ?? [];
  }

  /** `terms`: ascending. */
  of(terms: readonly Term[]): TermSet {
    return terms.reduce((set, term) => this.#with(set, term), 0);
  }

  /** What each class has of these terms, `mentioned` ascending. Classes that have none of them are left out. */
  ofClasses(mentioned: readonly Term[], classes: ClassRegistry): { readonly classes: readonly ClassId[]; readonly sets: readonly TermSet[] } {
    const sets = classes.workspace();
    const touched: ClassId[] = [];
    for (const term of mentioned) {
      const next: TermSet[] = [];
      for (const id of classes.classesWith(term)) {
        const set = sets[id] ?? 0;
        if (set === 0) touched.push(id);
        sets[id] = next[set] ??= this.#with(set, term);
      }
    }
    const found = touched.map((id) => sets[id] ?? 0);
    for (const id of touched) sets[id] = 0;
    return { classes: touched, sets: found };
  }

  #with(set: TermSet, term: Term): TermSet {
    const key = set * most + term;
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const made = this.#terms.push([...this.termsOf(set), term]) - 1;
    this.#next.set(key, made);
    return made;
  }
}
