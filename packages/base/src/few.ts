/**
 * Sets of which there are very many with a member or two: one member takes 40 bytes, where a `Set` takes 170 with or without.
 *
 * In no order. Members are told apart by `===`, and none is `undefined`.
 *
 * @module
 */

/** What any set can be asked. A `Set` can. */
export interface SetView<T> extends Iterable<T> {
  readonly size: number;
  has(one: T): boolean;
}

/** As many beside the first one are looked through faster than they are hashed. */
const longest = 7;

export class Few<T> implements SetView<T> {
  #first: T | undefined;
  #rest: readonly T[] | Set<T> | undefined;

  static of<T>(members: Iterable<T>): Few<T> {
    const made = new Few<T>();
    for (const one of members) made.add(one);
    return made;
  }

  get size(): number {
    if (this.#first === undefined) return 0;
    return 1 + (this.#rest === undefined ? 0 : this.#rest instanceof Set ? this.#rest.size : this.#rest.length);
  }

  has(one: T): boolean {
    if (this.#first === one) return true;
    const rest = this.#rest;
    return rest !== undefined && (rest instanceof Set ? rest.has(one) : rest.includes(one));
  }

  /** Whether it was not there. */
  add(one: T): boolean {
    const rest = this.#rest;
    if (this.#first === one) return false;
    // Looked for and put at one go: the large ones are where most of the time goes.
    if (rest instanceof Set) return rest.size < rest.add(one).size;
    if (rest?.includes(one) === true) return false;
    if (this.#first === undefined) this.#first = one;
    else if (rest === undefined) this.#rest = [one];
    else if (rest.length < longest) this.#rest = [...rest, one];
    else this.#rest = new Set(rest).add(one);
    return true;
  }

  /** Whether it was there. */
  delete(one: T): boolean {
    if (!this.has(one)) return false;
    const rest = this.#rest;
    if (this.#first === one) {
      this.#first = undefined;
      for (const next of rest ?? []) {
        this.#first = next;
        this.#drop(next);
        break;
      }
    } else this.#drop(one);
    return true;
  }

  [Symbol.iterator](): Iterator<T> {
    if (this.#first === undefined) return [].values();
    if (this.#rest === undefined) return [this.#first].values();
    return this.#rest instanceof Set ? this.#many(this.#first, this.#rest) : [this.#first, ...this.#rest].values();
  }

  *#many(first: T, rest: ReadonlySet<T>): Generator<T, undefined> {
    yield first;
    yield* rest;
    return undefined;
  }

  /** Of the others than the first. */
  #drop(one: T): void {
    const rest = this.#rest;
    if (rest instanceof Set) {
      rest.delete(one);
      if (rest.size === 0) this.#rest = undefined;
    } else if (rest !== undefined) this.#rest = rest.length === 1 ? undefined : rest.filter((other) => other !== one);
  }
}

/** Of sets by key, those with members only. */
export const putInto = <K, T>(sets: Map<K, Few<T>>, key: K, one: T): void => {
  const there = sets.get(key);
  if (there === undefined) sets.set(key, Few.of([one]));
  else there.add(one);
};

/** A set that has no member any more goes with its last one. */
export const takeFrom = <K, T>(sets: Map<K, Few<T>>, key: K, one: T): void => {
  const there = sets.get(key);
  there?.delete(one);
  if (there?.size === 0) sets.delete(key);
};
