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

interface Node<T> {
  here: T | undefined;
  /** By key, then by value. Most have none. */
  next: Map<string, Map<string, Node<T>>> | undefined;
}

export class LabelTrie<T> {
  readonly #root: Node<T> = { here: undefined, next: undefined };

  get isEmpty(): boolean {
    return isEmpty(this.#root);
  }

  get(labels: Labels): T | undefined {
    let at: Node<T> | undefined = this.#root;
    for (const [name, value] of sorted(labels)) {
      at = at.next?.get(name)?.get(value);
      if (at === undefined) return undefined;
    }
    return at.here;
  }

  set(labels: Labels, one: T): void {
    let at = this.#root;
    for (const [name, value] of sorted(labels)) at = beyond(at, name, value);
    at.here = one;
  }

  delete(labels: Labels): void {
    remove(this.#root, [...sorted(labels)], 0);
  }

  values(): Generator<T, undefined> {
    return valuesOf(this.#root);
  }
}

const isEmpty = ({ here, next }: Node<unknown>): boolean => here === undefined && next === undefined;

function* valuesOf<T>({ here, next }: Node<T>): Generator<T, undefined> {
  if (here !== undefined) yield here;
  for (const byValue of next?.values() ?? []) for (const node of byValue.values()) yield* valuesOf(node);
  return undefined;
}

const beyond = <T>(node: Node<T>, name: string, value: string): Node<T> => {
  const next = (node.next ??= new Map());
  let byValue = next.get(name);
  if (byValue === undefined) next.set(name, (byValue = new Map()));
  let there = byValue.get(value);
  if (there === undefined) byValue.set(value, (there = { here: undefined, next: undefined }));
  return there;
};

/** And every node on the way that holds nothing any more. */
const remove = <T>(node: Node<T>, pairs: readonly Pair[], depth: number): void => {
  const pair = pairs[depth];
  if (pair === undefined) {
    node.here = undefined;
    return;
  }
  const [name, value] = pair;
  const byValue = node.next?.get(name);
  const there = byValue?.get(value);
  if (byValue === undefined || there === undefined) return;
  remove(there, pairs, depth + 1);
  if (!isEmpty(there)) return;
  byValue.delete(value);
  if (byValue.size === 0) node.next?.delete(name);
  if (node.next?.size === 0) node.next = undefined;
};
