/**
 * Selectors filed by their restriction, so that new labels meet only those that could match them.
 *
 * @module
 */
import { type Few, putInto, takeFrom } from '@firsthop/base';
import type { Combination } from './label-set.ts';
import { namespaceText, type Restriction, restrictionOf } from './restriction.ts';
import type { WorkloadSelector } from './workload-selector.ts';

/** Who is in this namespace, whatever his labels are. */
const anyPair = '';

export interface Where {
  readonly cluster: string;
  readonly namespace: string;
}

export class SelectorBuckets<S> {
  readonly #unrestricted = new Set<S>();
  /** Of those that may select in any namespace. */
  readonly #byPair = new Map<string, Few<S>>();
  /** By namespace, then by pair. */
  readonly #within = new Map<string, Map<string, Few<S>>>();
  readonly #byNamespaceLabels = new Set<S>();

  /** `restriction`: the selector's. */
  add(name: S, selector: WorkloadSelector, restriction: Restriction): void {
    if (selector.namespaces.kind === 'labels') this.#byNamespaceLabels.add(name);
    if (restriction.kind === 'none') this.#unrestricted.add(name);
    else if (restriction.kind === 'labels' && restriction.within === undefined) for (const pair of restriction.pairs) putInto(this.#byPair, pair, name);
    else {
      const { at, pairs } = placesOf(restriction);
      const home = this.#within.get(at) ?? new Map<string, Few<S>>();
      this.#within.set(at, home);
      for (const pair of pairs) putInto(home, pair, name);
      if (home.size === 0) this.#within.delete(at);
    }
  }

  remove(name: S, selector: WorkloadSelector): void {
    this.#byNamespaceLabels.delete(name);
    const restriction = restrictionOf(selector);
    if (restriction.kind === 'none') this.#unrestricted.delete(name);
    else if (restriction.kind === 'labels' && restriction.within === undefined) for (const pair of restriction.pairs) takeFrom(this.#byPair, pair, name);
    else {
      const { at, pairs } = placesOf(restriction);
      const home = this.#within.get(at);
      if (home === undefined) return;
      for (const pair of pairs) takeFrom(home, pair, name);
      if (home.size === 0) this.#within.delete(at);
    }
  }

  /** Selectors whose answer depends on the labels of a namespace. */
  byNamespaceLabels(): Iterable<S> {
    return this.#byNamespaceLabels.values();
  }

  /** One may be met more than once. `where: undefined`: those that a namespace confines are left out. */
  forCandidates({ pairs }: Pick<Combination<S, unknown>, 'pairs'>, where: Where | undefined, take: (name: S) => void): void {
    const takeAll = (some: Few<S> | undefined): void => {
      if (some !== undefined) for (const name of some) take(name);
    };
    for (const name of this.#unrestricted) take(name);
    const home = where === undefined || this.#within.size === 0 ? undefined : this.#within.get(namespaceText(where.cluster, where.namespace));
    takeAll(home?.get(anyPair));
    for (const { pair, any } of pairs) {
      takeAll(this.#byPair.get(any));
      takeAll(this.#byPair.get(pair));
      takeAll(home?.get(any));
      takeAll(home?.get(pair));
    }
  }
}

const placesOf = (restriction: Exclude<Restriction, { readonly kind: 'none' }>): { readonly at: string; readonly pairs: readonly string[] } => {
  if (restriction.kind === 'namespace') return { at: namespaceText(restriction.cluster, restriction.namespace), pairs: [anyPair] };
  const { within, pairs } = restriction;
  return { at: within === undefined ? '' : namespaceText(within.cluster, within.namespace), pairs };
};
