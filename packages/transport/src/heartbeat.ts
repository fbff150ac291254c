/**
 * Everybody is looked at once a beat, but not all at once: to ping ten thousand connections takes a third of a second, in which nobody hears anything else.
 *
 * @module
 */
const mostSlices = 50;
const leastSliceMs = 10;

export class Heartbeat<T> {
  readonly #all: () => Iterable<T>;
  readonly #size: () => number;
  readonly #each: (one: T) => void;
  readonly #beatMs: number;
  readonly #slices: number;
  readonly #timer: NodeJS.Timeout;
  #round: Iterator<T> | undefined;
  #begun = Number.NEGATIVE_INFINITY;
  #share = 0;

  /** `all`: of a collection that may change while it is gone through, as maps may. It keeps no process alive. */
  constructor(beatMs: number, { all, size, each }: { readonly all: () => Iterable<T>; readonly size: () => number; readonly each: (one: T) => void }) {
    [this.#all, this.#size, this.#each, this.#beatMs] = [all, size, each, beatMs];
    this.#slices = Math.max(1, Math.min(mostSlices, Math.floor(beatMs / leastSliceMs)));
    this.#timer = setInterval(() => this.#slice(), beatMs / this.#slices).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #slice(): void {
    if (this.#round === undefined) {
      const now = performance.now();
      // Never sooner than a beat after the last one began: who was pinged has had that long to answer. A timer may be a little early.
      if (now - this.#begun < this.#beatMs - 1) return;
      [this.#round, this.#begun, this.#share] = [this.#all()[Symbol.iterator](), now, Math.ceil(this.#size() / this.#slices)];
    }
    for (let i = 0; i < Math.max(1, this.#share); i++) {
      const { done, value } = this.#round.next();
      if (done === true) {
        this.#round = undefined;
        return;
      }
      this.#each(value);
    }
  }
}
