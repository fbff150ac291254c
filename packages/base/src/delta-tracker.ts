/**
 * What should be against what is. Holds no I/O and no clock.
 *
 *      desired only        both, equal        actual only
 *      (to be written)     (nothing to do)    (to be removed)
 *                 both, different
 *                 (to be written)
 *
 * @module
 */
export interface Pending<K, V> {
  readonly key: K;
  /** `undefined`: the key must go. */
  readonly value: V | undefined;
}

export class DeltaTracker<K, V> {
  readonly #desired = new Map<K, V>();
  readonly #actual = new Map<K, V>();
  readonly #equal: (a: V, b: V) => boolean;

  constructor(equal: (a: V, b: V) => boolean) {
    this.#equal = equal;
  }

  want(key: K, value: V | undefined): void {
    put(this.#desired, key, value);
  }

  /** Called after a read-back, and after a transaction that committed. */
  saw(key: K, value: V | undefined): void {
    put(this.#actual, key, value);
  }

  /** Forgets everything that was seen: before a fresh read-back. */
  sawNothing(): void {
    this.#actual.clear();
  }

  *pending(): Generator<Pending<K, V>> {
    for (const [key, value] of this.#desired) {
      const is = this.#actual.get(key);
      if (is === undefined || !this.#equal(is, value)) yield { key, value };
    }
    for (const key of this.#actual.keys()) if (!this.#desired.has(key)) yield { key, value: undefined };
  }
}

const put = <K, V>(map: Map<K, V>, key: K, value: V | undefined): void => {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
};
