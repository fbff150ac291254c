/**
 * Things held as long as somebody needs them, and which of them came and went since the last look. A thing that went and
 * came back in between did neither.
 *
 * @module
 */
export class Counted<K, V> {
  readonly #held = new Map<K, { readonly value: V; refs: number }>();
  /** As it was at the last look, of keys whose presence changed since. */
  readonly #was = new Map<K, V | undefined>();

  /** True: it is the first need. */
  retain(key: K, value: V): boolean {
    const held = this.#held.get(key);
    if (held !== undefined) {
      held.refs++;
      return false;
    }
    if (!this.#was.has(key)) this.#was.set(key, undefined);
    this.#held.set(key, { value, refs: 1 });
    return true;
  }

  /** The value, if that was the last need. */
  release(key: K): V | undefined {
    const held = this.#held.get(key);
    if (held === undefined) throw new Error(`released without being held: ${String(key)}`);
    held.refs--;
    if (held.refs > 0) return undefined;
    if (!this.#was.has(key)) this.#was.set(key, held.value);
    this.#held.delete(key);
    return held.value;
  }

  has(key: K): boolean {
    return this.#held.has(key);
  }

  *values(): Generator<V> {
    for (const { value } of this.#held.values()) yield value;
  }

  get size(): number {
    return this.#held.size;
  }

  /** What came and went, once. */
  takeTransitions(): { readonly appeared: Map<K, V>; readonly vanished: Map<K, V> } {
    const appeared = new Map<K, V>();
    const vanished = new Map<K, V>();
    for (const [key, was] of this.#was) {
      const now = this.#held.get(key)?.value;
      if (was === undefined && now !== undefined) appeared.set(key, now);
      if (was !== undefined && now === undefined) vanished.set(key, was);
    }
    this.#was.clear();
    return { appeared, vanished };
  }
}
