/**
 * All label sets there are: by namespace, and by the labels that sets of many namespaces have in common.
 *
 * @module
 */
import type { SetView } from '@firsthop/base';
import { Combinations } from './combinations.ts';
import type { Labels } from './label-selector.ts';
import { type Combination, type Home, LabelSet } from './label-set.ts';
import type { Restriction } from './restriction.ts';
import type { SelectableFacts } from './workload-selector.ts';

/** What the workload itself says; the namespace's labels are the namespace's business. */
export type OwnFacts = Omit<SelectableFacts, 'namespaceLabels'>;

export interface Interned<S, W> {
  readonly set: LabelSet<S, W>;
  readonly isNew: boolean;
  /** Its combination is new, too. */
  readonly isNewCombination: boolean;
}

type Sets<S, W> = Iterable<LabelSet<S, W>>;

export class LabelSets<S, W> {
  readonly combinations: Combinations<S, W> = new Combinations();
  /** By cluster, then by namespace. */
  readonly #homes = new Map<string, Map<string, Home<S, W>>>();

  intern(own: OwnFacts): Interned<S, W> {
    const home = this.#homeOf(own.cluster, own.namespace);
    const { combination, isNew: isNewCombination } = this.combinations.intern(own);
    const known = home.sets.get(combination);
    if (known !== undefined) return { set: known, isNew: false, isNewCombination: false };
    const set = new LabelSet<S, W>(home, combination);
    home.sets.set(combination, set);
    combination.sets.add(set);
    return { set, isNew: true, isNewCombination };
  }

  /** Whether its combination went with it. */
  remove(set: LabelSet<S, W>): boolean {
    const { home, combination } = set;
    home.sets.delete(combination);
    if (home.sets.size === 0 && !home.isTold) this.#forget(home);
    combination.sets.delete(set);
    if (combination.sets.size > 0) return false;
    this.combinations.remove(combination);
    return true;
  }

  /** Gives the label sets of a namespace its present labels, and returns them. */
  relabel(cluster: string, namespace: string, labels: Labels): Sets<S, W> {
    const home = this.#homeOf(cluster, namespace);
    home.labels = labels;
    home.isTold = true;
    return home.sets.values();
  }

  *all(): Generator<LabelSet<S, W>> {
    for (const homes of this.#homes.values()) for (const { sets } of homes.values()) yield* sets.values();
  }

  /** Those of a namespace. */
  in(cluster: string, namespace: string): Sets<S, W> {
    return this.#homes.get(cluster)?.get(namespace)?.sets.values() ?? [];
  }

  /** A superset of the sets that a selector with this restriction matches, as small as one index lookup makes it. */
  candidates(restriction: Restriction): Sets<S, W> {
    switch (restriction.kind) {
      case 'labels': {
        const { pairs, within } = restriction;
        const having = this.combinations.having(pairs);
        // The fewer of two supersets.
        const there = within === undefined ? undefined : this.#homes.get(within.cluster)?.get(within.namespace)?.sets;
        if (within !== undefined && (there === undefined || isFewer(there.size, having))) return there?.values() ?? [];
        return setsOf(having);
      }
      case 'namespace':
        return this.in(restriction.cluster, restriction.namespace);
      case 'none':
        return this.all();
    }
  }

  #homeOf(cluster: string, namespace: string): Home<S, W> {
    let homes = this.#homes.get(cluster);
    if (homes === undefined) this.#homes.set(cluster, (homes = new Map()));
    const known = homes.get(namespace);
    if (known !== undefined) return known;
    const made: Home<S, W> = { cluster, namespace, labels: new Map([['kubernetes.io/metadata.name', namespace]]), isTold: false, sets: new Map() };
    homes.set(namespace, made);
    return made;
  }

  #forget({ cluster, namespace }: Home<S, W>): void {
    const homes = this.#homes.get(cluster);
    homes?.delete(namespace);
    if (homes?.size === 0) this.#homes.delete(cluster);
  }
}

type Having<S, W> = readonly SetView<Combination<S, W>>[];

/** Than all label sets of these: counted no further than needed. */
const isFewer = <S, W>(count: number, having: Having<S, W>): boolean => {
  let left = count;
  for (const combinations of having)
    for (const { sets } of combinations) {
      left -= sets.size;
      if (left <= 0) return true;
    }
  return false;
};

function* setsOf<S, W>(having: Having<S, W>): Generator<LabelSet<S, W>> {
  for (const combinations of having) for (const { sets } of combinations) yield* sets;
}
