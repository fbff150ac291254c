/**
 * Label sets: everything that selectors may look at in a workload, shared by all workloads that are equal in it.
 *
 * @module
 */
import type { Labels } from './label-selector.ts';
import { labelPair, restrictionOf } from './restriction.ts';
import type { SelectableFacts, WorkloadSelector } from './workload-selector.ts';

/** What the workload itself says; the namespace's labels are the namespace's business. */
export type OwnFacts = Omit<SelectableFacts, 'namespaceLabels'>;

/** As others see it: the same object as long as one workload has these facts. */
export interface LabelSetView<S, W> {
  readonly facts: SelectableFacts;
  readonly selectors: ReadonlySet<S>;
  readonly members: ReadonlySet<W>;
}

export interface LabelSet<S, W> {
  facts: SelectableFacts;
  readonly key: string;
  /** The selectors that match these facts now. */
  readonly selectors: Set<S>;
  readonly members: Set<W>;
}

const namespaceKey = (cluster: string, namespace: string): string => JSON.stringify([cluster, namespace]);

/** Unambiguous, whatever the keys and values hold. */
const keyOf = ({ kind, cluster, namespace, labels, serviceAccount }: OwnFacts): string =>
  JSON.stringify([kind, cluster, namespace, serviceAccount ?? null, [...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);

export class LabelSets<S, W> {
  readonly #sets = new Map<string, LabelSet<S, W>>();
  readonly #byPair = new Map<string, Set<LabelSet<S, W>>>();
  readonly #byNamespace = new Map<string, Set<LabelSet<S, W>>>();
  readonly #namespaces = new Map<string, Labels>();

  intern(own: OwnFacts): { readonly set: LabelSet<S, W>; readonly isNew: boolean } {
    const key = keyOf(own);
    const known = this.#sets.get(key);
    if (known !== undefined) return { set: known, isNew: false };
    const namespaceLabels = this.#namespaces.get(namespaceKey(own.cluster, own.namespace)) ?? new Map([['kubernetes.io/metadata.name', own.namespace]]);
    const set: LabelSet<S, W> = { facts: { ...own, namespaceLabels }, key, selectors: new Set(), members: new Set() };
    this.#sets.set(key, set);
    for (const [index, at] of this.#places(set)) index.set(at, (index.get(at) ?? new Set()).add(set));
    return { set, isNew: true };
  }

  remove(set: LabelSet<S, W>): void {
    this.#sets.delete(set.key);
    for (const [index, at] of this.#places(set)) {
      index.get(at)?.delete(set);
      if (index.get(at)?.size === 0) index.delete(at);
    }
  }

  /** Gives the label sets of a namespace its present labels, and returns them. */
  relabel(cluster: string, namespace: string, labels: Labels): readonly LabelSet<S, W>[] {
    const key = namespaceKey(cluster, namespace);
    this.#namespaces.set(key, labels);
    const sets = [...(this.#byNamespace.get(key) ?? [])];
    for (const set of sets) set.facts = { ...set.facts, namespaceLabels: labels };
    return sets;
  }

  all(): Iterable<LabelSet<S, W>> {
    return this.#sets.values();
  }

  /** Those of a namespace. */
  in(cluster: string, namespace: string): Iterable<LabelSet<S, W>> {
    return this.#byNamespace.get(namespaceKey(cluster, namespace))?.values() ?? [];
  }

  /** A superset of the sets that the selector matches, as small as one index lookup makes it. */
  *candidates(selector: WorkloadSelector): Generator<LabelSet<S, W>> {
    const restriction = restrictionOf(selector);
    switch (restriction.kind) {
      case 'labels': {
        // The fewer of two supersets.
        const { pairs, within } = restriction;
        const there = within === undefined ? undefined : (this.#byNamespace.get(namespaceKey(within.cluster, within.namespace)) ?? new Set());
        const having = pairs.reduce((sum, pair) => sum + (this.#byPair.get(pair)?.size ?? 0), 0);
        if (there !== undefined && there.size <= having) yield* there;
        else for (const pair of pairs) yield* this.#byPair.get(pair) ?? [];
        return;
      }
      case 'namespace':
        yield* this.#byNamespace.get(namespaceKey(restriction.cluster, restriction.namespace)) ?? [];
        return;
      case 'none':
        yield* this.#sets.values();
    }
  }

  *#places({ facts }: LabelSet<S, W>): Generator<[Map<string, Set<LabelSet<S, W>>>, string]> {
    yield [this.#byNamespace, namespaceKey(facts.cluster, facts.namespace)];
    for (const [key, value] of facts.labels) {
      yield [this.#byPair, labelPair(key, undefined)];
      yield [this.#byPair, labelPair(key, value)];
    }
  }
}
