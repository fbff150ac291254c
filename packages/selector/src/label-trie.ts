/**
 * Things by labels, found label by label in the order of their keys: no text of all labels is made, which would have to be hashed anew for each
 * workload.
 *
 * @module
 */
import type { Labels } from './label-selector.ts';

type Pair = readonly [name: string, value: string];

const isSorted = (labels: Labels): boolean => {
  let last = '';
  for (const name of labels.keys()) {
    if (name < last) return false;
    last = name;
  }
  return true;
};

/** API servers send them sorted. */
const sorted = (labels: Labels): Iterable<Pair> => (labels.size < 2 || isSorted(labels) ? labels : [...labels].sort(([a], [b]) => (a < b ? -1 : 1)));

export class LabelTrie<T> {
  #here: T | undefined;
  /** By key, then by value. Most have none. */
  #next: Map<string, Map<string, LabelTrie<T>>> | undefined;

  get isEmpty(): boolean {
    return this.#here === undefined && this.#next === undefined;
  }

  get(labels: Labels): T | undefined {
    let at: LabelTrie<T> | undefined = this;
    for (const [name, value] of sorted(labels)) {
      at = at.#next?.get(name)?.get(value);
      if (at === undefined) return undefined;
    }
    return at.#here;
  }

  set(labels: Labels, one: T): void {
    let at: LabelTrie<T> = this;
    for (const [name, value] of sorted(labels)) at = at.#beyond(name, value);
    at.#here = one;
  }

  delete(labels: Labels): void {
    this.#delete([...sorted(labels)], 0);
  }

  *values(): Generator<T, undefined> {
    if (this.#here !== undefined) yield this.#here;
    for (const byValue of this.#next?.values() ?? []) for (const beyond of byValue.values()) yield* beyond.values();
    return undefined;
  }

  #beyond(name: string, value: string): LabelTrie<T> {
    const next = (this.#next ??= new Map());
    let byValue = next.get(name);
    if (byValue === undefined) next.set(name, (byValue = new Map()));
    let beyond = byValue.get(value);
    if (beyond === undefined) byValue.set(value, (beyond = new LabelTrie()));
    return beyond;
  }

  #delete(pairs: readonly Pair[], depth: number): void {
    const pair = pairs[depth];
    if (pair === undefined) {
      this.#here = undefined;
      return;
    }
    const [name, value] = pair;
    const byValue = this.#next?.get(name);
    const beyond = byValue?.get(value);
    if (byValue === undefined || beyond === undefined) return;
    beyond.#delete(pairs, depth + 1);
    if (!beyond.isEmpty) return;
    byValue.delete(value);
    if (byValue.size === 0) this.#next?.delete(name);
    if (this.#next?.size === 0) this.#next = undefined;
  }
}
