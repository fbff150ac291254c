/**
 * Label sets: everything that selectors may look at in a workload, shared by all workloads that are equal in it.
 *
 * @module
 */
import { Few, putInto, type SetView, takeFrom } from '@firsthop/base';
import type { Labels } from './label-selector.ts';
import { labelPair, namespaceText, type Restriction } from './restriction.ts';
import type { SelectableFacts } from './workload-selector.ts';

/** What the workload itself says; the namespace's labels are the namespace's business. */
export type OwnFacts = Omit<SelectableFacts, 'namespaceLabels'>;

/** As others see it: the same object as long as one workload has these facts. */
export interface LabelSetView<S, W> {
  readonly facts: SelectableFacts;
  readonly selectors: SetView<S>;
  readonly members: SetView<W>;
}

export interface LabelSet<S, W> {
  facts: SelectableFacts;
  /** Within its namespace. */
  readonly key: string;
  /** The selectors that match these facts now. */
  readonly selectors: Few<S>;
  readonly members: Few<W>;
}

/** One namespace of one cluster. */
interface Home<S, W> {
  labels: Labels;
  /** Somebody said so; otherwise its name is all that is known of it. */
  isTold: boolean;
  readonly sets: Map<string, LabelSet<S, W>>;
}

/** Unambiguous, whatever the keys and values hold. */
const keyOf = ({ kind, labels, serviceAccount }: OwnFacts): string => {
  let key = serviceAccount === undefined ? kind : `${kind} ${serviceAccount.length}:${serviceAccount}`;
  const pairs = labels.size < 2 ? labels : [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of pairs) key += `/${name.length},${value.length}:${name}${value}`;
  return key;
};

export class LabelSets<S, W> {
  readonly #homes = new Map<string, Home<S, W>>();
  readonly #byPair = new Map<string, Few<LabelSet<S, W>>>();
  /** By a key with whatever value: the pairs that there are. */
  readonly #pairs = new Map<string, Few<string>>();

  intern(own: OwnFacts): { readonly set: LabelSet<S, W>; readonly isNew: boolean } {
    const { kind, cluster, namespace, labels, serviceAccount } = own;
    const home = this.#homeOf(cluster, namespace);
    const key = keyOf(own);
    const known = home.sets.get(key);
    if (known !== undefined) return { set: known, isNew: false };
    const set: LabelSet<S, W> = { facts: { kind, cluster, namespace, labels, serviceAccount, namespaceLabels: home.labels }, key, selectors: new Few(), members: new Few() };
    home.sets.set(key, set);
    for (const [name, value] of labels) {
      const pair = labelPair(name, value);
      if (!this.#byPair.has(pair)) putInto(this.#pairs, labelPair(name, undefined), pair);
      putInto(this.#byPair, pair, set);
    }
    return { set, isNew: true };
  }

  remove(set: LabelSet<S, W>): void {
    const { cluster, namespace, labels } = set.facts;
    const home = this.#homeOf(cluster, namespace);
    home.sets.delete(set.key);
    if (home.sets.size === 0 && !home.isTold) this.#homes.delete(namespaceText(cluster, namespace));
    for (const [name, value] of labels) {
      const pair = labelPair(name, value);
      takeFrom(this.#byPair, pair, set);
      if (!this.#byPair.has(pair)) takeFrom(this.#pairs, labelPair(name, undefined), pair);
    }
  }

  /** Gives the label sets of a namespace its present labels, and returns them. */
  relabel(cluster: string, namespace: string, labels: Labels): Iterable<LabelSet<S, W>> {
    const home = this.#homeOf(cluster, namespace);
    home.labels = labels;
    home.isTold = true;
    for (const set of home.sets.values()) set.facts = { ...set.facts, namespaceLabels: labels };
    return home.sets.values();
  }

  *all(): Generator<LabelSet<S, W>> {
    for (const { sets } of this.#homes.values()) yield* sets.values();
  }

  /** Those of a namespace. */
  in(cluster: string, namespace: string): Iterable<LabelSet<S, W>> {
    return this.#homes.get(namespaceText(cluster, namespace))?.sets.values() ?? [];
  }

  /** A superset of the sets that a selector with this restriction matches, as small as one index lookup makes it. */
  candidates(restriction: Restriction): Iterable<LabelSet<S, W>> {
    switch (restriction.kind) {
      case 'labels': {
        // The fewer of two supersets.
        const { pairs, within } = restriction;
        const there = within === undefined ? Number.POSITIVE_INFINITY : (this.#homes.get(namespaceText(within.cluster, within.namespace))?.sets.size ?? 0);
        const having = pairs.flatMap((pair) => [...(this.#pairs.get(pair) ?? [pair])]).flatMap((pair) => this.#byPair.get(pair) ?? []);
        if (within !== undefined && there <= having.reduce((sum, { size }) => sum + size, 0)) return this.in(within.cluster, within.namespace);
        const [only] = having;
        return only === undefined || having.length > 1 ? having.flatMap((sets) => [...sets]) : only;
      }
      case 'namespace':
        return this.in(restriction.cluster, restriction.namespace);
      case 'none':
        return this.all();
    }
  }

  #homeOf(cluster: string, namespace: string): Home<S, W> {
    const key = namespaceText(cluster, namespace);
    const known = this.#homes.get(key);
    if (known !== undefined) return known;
    const made: Home<S, W> = { labels: new Map([['kubernetes.io/metadata.name', namespace]]), isTold: false, sets: new Map() };
    this.#homes.set(key, made);
    return made;
  }
}
