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
  readonly combination: Combination<S, W>;
}

/** Labels that label sets of many namespaces may have in common. */
export interface Combination<S, W> {
  readonly key: string;
  readonly labels: Labels;
  /** Each label as a pair, and as a key with whatever value. */
  readonly pairs: readonly { readonly pair: string; readonly any: string }[];
  readonly sets: Few<LabelSet<S, W>>;
}

/** One namespace of one cluster. */
interface Home<S, W> {
  labels: Labels;
  /** Somebody said so; otherwise its name is all that is known of it. */
  isTold: boolean;
  readonly sets: Map<string, LabelSet<S, W>>;
}

/** Unambiguous, whatever the keys and values hold. */
const labelsText = (labels: Labels): string => {
  let text = '';
  const pairs = labels.size < 2 ? labels : [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of pairs) text += `/${name.length},${value.length}:${name}${value}`;
  return text;
};

/** Of most of them the same text as of their labels, so that it is there once. */
const keyOf = ({ kind, serviceAccount }: OwnFacts, labels: string): string => {
  if (serviceAccount !== undefined) return `${kind} ${serviceAccount.length}:${serviceAccount}${labels}`;
  return kind === 'pod' ? labels : `${kind}${labels}`;
};

export class LabelSets<S, W> {
  readonly #homes = new Map<string, Home<S, W>>();
  readonly #combinations = new Map<string, Combination<S, W>>();
  readonly #byPair = new Map<string, Few<Combination<S, W>>>();
  /** By a key with whatever value: the pairs that there are. */
  readonly #pairs = new Map<string, Few<string>>();

  intern(own: OwnFacts): { readonly set: LabelSet<S, W>; readonly isNew: boolean } {
    const { kind, cluster, namespace, labels, serviceAccount } = own;
    const home = this.#homeOf(cluster, namespace);
    const text = labelsText(labels);
    const key = keyOf(own, text);
    const known = home.sets.get(key);
    if (known !== undefined) return { set: known, isNew: false };
    const combination = this.#combinationOf(text, labels);
    const facts = { kind, cluster, namespace, labels: combination.labels, serviceAccount, namespaceLabels: home.labels };
    const set: LabelSet<S, W> = { facts, key, selectors: new Few(), members: new Few(), combination };
    home.sets.set(key, set);
    combination.sets.add(set);
    return { set, isNew: true };
  }

  remove(set: LabelSet<S, W>): void {
    const { facts, combination } = set;
    const home = this.#homeOf(facts.cluster, facts.namespace);
    home.sets.delete(set.key);
    if (home.sets.size === 0 && !home.isTold) this.#homes.delete(namespaceText(facts.cluster, facts.namespace));
    combination.sets.delete(set);
    if (combination.sets.size > 0) return;
    this.#combinations.delete(combination.key);
    for (const { pair, any } of combination.pairs) {
      takeFrom(this.#byPair, pair, combination);
      if (!this.#byPair.has(pair)) takeFrom(this.#pairs, any, pair);
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
        const { pairs, within } = restriction;
        const having = pairs.flatMap((pair) => [...(this.#pairs.get(pair) ?? [pair])]).flatMap((pair) => this.#byPair.get(pair) ?? []);
        // The fewer of two supersets.
        const there = within === undefined ? undefined : this.#homes.get(namespaceText(within.cluster, within.namespace))?.sets;
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
    const key = namespaceText(cluster, namespace);
    const known = this.#homes.get(key);
    if (known !== undefined) return known;
    const made: Home<S, W> = { labels: new Map([['kubernetes.io/metadata.name', namespace]]), isTold: false, sets: new Map() };
    this.#homes.set(key, made);
    return made;
  }

  #combinationOf(key: string, labels: Labels): Combination<S, W> {
    const known = this.#combinations.get(key);
    if (known !== undefined) return known;
    const pairs = Array.from(labels, ([name, value]) => ({ pair: labelPair(name, value), any: labelPair(name, undefined) }));
    const made: Combination<S, W> = { key, labels, pairs, sets: new Few() };
    this.#combinations.set(key, made);
    for (const { pair, any } of pairs) {
      if (!this.#byPair.has(pair)) putInto(this.#pairs, any, pair);
      putInto(this.#byPair, pair, made);
    }
    return made;
  }
}

type Having<S, W> = readonly Few<Combination<S, W>>[];

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
