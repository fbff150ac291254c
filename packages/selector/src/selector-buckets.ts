/**
 * Selectors filed by their restriction, so that a new label set meets only those that could match it.
 *
 * @module
 */
import { labelPair, restrictionOf } from './restriction.ts';
import type { SelectableFacts, WorkloadSelector } from './workload-selector.ts';

const unrestricted = '';
const namespaceBucket = (cluster: string, namespace: string): string => `n${JSON.stringify([cluster, namespace])}`;
const pairBucket = (pair: string): string => `l${pair}`;
const pairWithin = (namespace: string, pair: string): string => `${namespace}${pair}`;

const bucketsOf = (selector: WorkloadSelector): readonly string[] => {
  const restriction = restrictionOf(selector);
  switch (restriction.kind) {
    case 'labels': {
      const { within, pairs } = restriction;
      return within === undefined ? pairs.map(pairBucket) : pairs.map((pair) => pairWithin(namespaceBucket(within.cluster, within.namespace), pair));
    }
    case 'namespace':
      return [namespaceBucket(restriction.cluster, restriction.namespace)];
    case 'none':
      return [unrestricted];
  }
};

export class SelectorBuckets<S> {
  readonly #buckets = new Map<string, Set<S>>();
  readonly #byNamespaceLabels = new Set<S>();

  add(name: S, selector: WorkloadSelector): void {
    for (const bucket of bucketsOf(selector)) this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? new Set()).add(name));
    if (selector.namespaces.kind === 'labels') this.#byNamespaceLabels.add(name);
  }

  remove(name: S, selector: WorkloadSelector): void {
    for (const bucket of bucketsOf(selector)) {
      this.#buckets.get(bucket)?.delete(name);
      if (this.#buckets.get(bucket)?.size === 0) this.#buckets.delete(bucket);
    }
    this.#byNamespaceLabels.delete(name);
  }

  /** Selectors whose answer depends on the labels of a namespace. */
  byNamespaceLabels(): Iterable<S> {
    return this.#byNamespaceLabels.values();
  }

  *candidates({ cluster, namespace, labels }: SelectableFacts): Generator<S> {
    yield* this.#buckets.get(unrestricted) ?? [];
    const home = namespaceBucket(cluster, namespace);
    yield* this.#buckets.get(home) ?? [];
    for (const [key, value] of labels)
      for (const pair of [labelPair(key, undefined), labelPair(key, value)]) {
        yield* this.#buckets.get(pairBucket(pair)) ?? [];
        yield* this.#buckets.get(pairWithin(home, pair)) ?? [];
      }
  }
}
