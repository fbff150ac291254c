/**
 * The newest so many of something; older ones make room and are counted.
 *
 * @module
 */
export class Ring<T> {
  readonly #capacity: number;
  readonly #kept: T[] = [];
  /** Where the next one goes once all places are taken. */
  #next = 0;
  #pushed = 0;

  /** `capacity`: at least 1. */
  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  /** Those that made room. */
  get displaced(): number {
    return this.#pushed - this.#kept.length;
  }

  /** The one that made room for it, if one did. */
  push(item: T): T | undefined {
    this.#pushed++;
    if (this.#kept.length < this.#capacity) {
      this.#kept.push(item);
      return undefined;
    }
    const old = this.#kept[this.#next];
    this.#kept[this.#next] = item;
    this.#next = (this.#next + 1) % this.#capacity;
    return old;
  }

  /** Oldest first. */
  all(): readonly T[] {
    return [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)];
  }
}
