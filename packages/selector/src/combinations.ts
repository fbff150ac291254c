/**
 * All combinations there are, by what they hold, and by each label.
 *
 * @module
 */
import { type Few, putInto, type SetView, takeFrom } from '@firsthop/base';
import { Combination } from './label-set.ts';
import { LabelTrie } from './label-trie.ts';
import type { FactsAnywhere } from './workload-selector.ts';

/** What it has beside its labels; no kind has a space in it. */
const headOf = ({ kind, serviceAccount }: FactsAnywhere): string => (serviceAccount === undefined ? kind : `${kind} ${serviceAccount}`);

export class Combinations<S, W> {
  /** By cluster, then by kind and service account. */
  readonly #tries = new Map<string, Map<string, LabelTrie<Combination<S, W>>>>();
  readonly #byPair = new Map<string, Few<Combination<S, W>>>();
  /** By a key with whatever value: the pairs that there are. */
  readonly #pairs = new Map<string, Few<string>>();

  intern(facts: FactsAnywhere): { readonly combination: Combination<S, W>; readonly isNew: boolean } {
    const known = this.#tries.get(facts.cluster)?.get(headOf(facts))?.get(facts.labels);
    if (known !== undefined) return { combination: known, isNew: false };
    const made = new Combination<S, W>(facts);
    this.#trieOf(made).set(made.labels, made);
    for (const { pair, any } of made.pairs) {
      if (!this.#byPair.has(pair)) putInto(this.#pairs, any, pair);
      putInto(this.#byPair, pair, made);
    }
    return { combination: made, isNew: true };
  }

  remove(combination: Combination<S, W>): void {
    const heads = this.#tries.get(combination.cluster);
    const trie = heads?.get(headOf(combination));
    trie?.delete(combination.labels);
    if (trie?.isEmpty === true) heads?.delete(headOf(combination));
    if (heads?.size === 0) this.#tries.delete(combination.cluster);
    for (const { pair, any } of combination.pairs) {
      takeFrom(this.#byPair, pair, combination);
      if (!this.#byPair.has(pair)) takeFrom(this.#pairs, any, pair);
    }
  }

  *all(): Generator<Combination<S, W>> {
    for (const heads of this.#tries.values()) for (const trie of heads.values()) yield* trie.values();
  }

  /** Those with one of these pairs; one that has several of them is there more than once. */
  having(pairs: readonly string[]): readonly SetView<Combination<S, W>>[] {
    return pairs.flatMap((pair) => [...(this.#pairs.get(pair) ?? [pair])]).flatMap((pair) => this.#byPair.get(pair) ?? []);
  }

  #trieOf(facts: FactsAnywhere): LabelTrie<Combination<S, W>> {
    let heads = this.#tries.get(facts.cluster);
    if (heads === undefined) this.#tries.set(facts.cluster, (heads = new Map()));
    let trie = heads.get(headOf(facts));
    if (trie === undefined) heads.set(headOf(facts), (trie = new LabelTrie()));
    return trie;
  }
}
