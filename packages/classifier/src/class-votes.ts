import type { ClassId } from './class-table.ts';
import type { Term } from './terms.ts';

export interface Vote {
  readonly terms: readonly Term[];
  count: number;
}

const isSame = (a: readonly Term[], b: readonly Term[]): boolean => a === b || (a.length === b.length && a.every((term, i) => term === b[i]));

/** What the members of each class want to have for terms, and whether they agree. */
export class ClassVotes {
  /** `undefined`: they do not agree. */
  readonly #votes = new Map<ClassId, Vote | undefined>();

  /** `terms: undefined`: it leaves, and so they do not agree. */
  add(id: ClassId, terms: readonly Term[] | undefined): void {
    const vote = this.#votes.get(id);
    if (vote === undefined) {
      if (!this.#votes.has(id)) this.#votes.set(id, terms === undefined ? undefined : { terms, count: 1 });
    } else if (terms !== undefined && isSame(vote.terms, terms)) vote.count++;
    else this.#votes.set(id, undefined);
  }

  *unanimous(): Generator<[ClassId, Vote]> {
    for (const [id, vote] of this.#votes) if (vote !== undefined) yield [id, vote];
  }
}
