/**
 * What workloads of many namespaces may have in common: kind, cluster, labels and service account. Selectors that ask for no namespace are tried on it
 * once, however many namespaces it is found in.
 *
 * @module
 */
import { Few, putInto, type SetView, takeFrom } from '@firsthop/base';
import type { Labels } from './label-selector.ts';
import type { LabelSet } from './label-set.ts';
import { labelPair } from './restriction.ts';
import type { FactsAnywhere } from './workload-selector.ts';

export class Combination<S, W> implements FactsAnywhere {
  readonly key: string;
  readonly kind: FactsAnywhere['kind'];
  readonly cluster: string;
  readonly labels: Labels;
  readonly serviceAccount: string | undefined;
  /** Each label as a pair, and as a key with whatever value. */
  readonly pairs: readonly { readonly pair: string; readonly any: string }[];
  /** Those that match it and ask for no namespace. */
  readonly selectors: Few<S> = new Few();
  /** One of each namespace that has it. */
  readonly sets: Few<LabelSet<S, W>> = new Few();

  constructor(key: string, { kind, cluster, labels, serviceAccount }: FactsAnywhere) {
    this.key = key;
    this.kind = kind;
    this.cluster = cluster;
    this.labels = labels;
    this.serviceAccount = serviceAccount;
    this.pairs = Array.from(labels, ([name, value]) => ({ pair: labelPair(name, value), any: labelPair(name, undefined) }));
  }
}

const isSorted = (labels: Labels): boolean => {
  let last = '';
  for (const name of labels.keys()) {
    if (name < last) return false;
    last = name;
  }
  return true;
};

/** Unambiguous, whatever the keys and values hold. */
const labelsText = (labels: Labels): string => {
  let text = '';
  const pairs = isSorted(labels) ? labels : [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of pairs) text += `/${name.length},${value.length}:${name}${value}`;
  return text;
};

const keyOf = ({ kind, labels, serviceAccount }: FactsAnywhere): string =>
  serviceAccount === undefined ? `${kind}${labelsText(labels)}` : `${kind} ${serviceAccount.length}:${serviceAccount}${labelsText(labels)}`;

export class Combinations<S, W> {
  readonly #byCluster = new Map<string, Map<string, Combination<S, W>>>();
  readonly #byPair = new Map<string, Few<Combination<S, W>>>();
  /** By a key with whatever value: the pairs that there are. */
  readonly #pairs = new Map<string, Few<string>>();

  intern(facts: FactsAnywhere): { readonly combination: Combination<S, W>; readonly isNew: boolean } {
    const key = keyOf(facts);
    let there = this.#byCluster.get(facts.cluster);
    const known = there?.get(key);
    if (known !== undefined) return { combination: known, isNew: false };
    if (there === undefined) this.#byCluster.set(facts.cluster, (there = new Map()));
    const made = new Combination<S, W>(key, facts);
    there.set(key, made);
    for (const { pair, any } of made.pairs) {
      if (!this.#byPair.has(pair)) putInto(this.#pairs, any, pair);
      putInto(this.#byPair, pair, made);
    }
    return { combination: made, isNew: true };
  }

  remove(combination: Combination<S, W>): void {
    const there = this.#byCluster.get(combination.cluster);
    there?.delete(combination.key);
    if (there?.size === 0) this.#byCluster.delete(combination.cluster);
    for (const { pair, any } of combination.pairs) {
      takeFrom(this.#byPair, pair, combination);
      if (!this.#byPair.has(pair)) takeFrom(this.#pairs, any, pair);
    }
  }

  *all(): Generator<Combination<S, W>> {
    for (const combinations of this.#byCluster.values()) yield* combinations.values();
  }

  /** Those with one of these pairs; one that has several of them is there more than once. */
  having(pairs: readonly string[]): readonly SetView<Combination<S, W>>[] {
    return pairs.flatMap((pair) => [...(this.#pairs.get(pair) ?? [pair])]).flatMap((pair) => this.#byPair.get(pair) ?? []);
  }
}
