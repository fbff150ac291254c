/**
 * Lets so many in at a time; the others wait in the order in which they came. Who stays too long is counted no more: somebody who stalls does not keep the others
 * out.
 *
 * @module
 */
export interface TurnstileOptions<T> {
  readonly most: number;
  /** Milliseconds after which somebody's place is another's. */
  readonly patienceMs: number;
  /** Called within `enter` where there is room. */
  readonly onTurn: (one: T) => void;
}

export class Turnstile<T> {
  readonly #options: TurnstileOptions<T>;
  readonly #inside = new Map<T, NodeJS.Timeout | undefined>();
  readonly #waiting = new Set<T>();
  #isCalling = false;

  constructor(options: TurnstileOptions<T>) {
    this.#options = options;
  }

  enter(one: T): void {
    this.#waiting.add(one);
    this.#call();
  }

  /** Also for who only waits, or was never here. */
  leave(one: T): void {
    this.#waiting.delete(one);
    clearTimeout(this.#inside.get(one));
    if (this.#inside.delete(one)) this.#call();
  }

  close(): void {
    for (const timer of this.#inside.values()) clearTimeout(timer);
    this.#inside.clear();
    this.#waiting.clear();
  }

  /** Whoever leaves within its own turn makes room for the next one here, and not within that turn. */
  #call(): void {
    if (this.#isCalling) return;
    this.#isCalling = true;
    for (const one of this.#waiting) {
      if (this.#inside.size >= this.#options.most) break;
      this.#waiting.delete(one);
      this.#inside.set(one, undefined);
      this.#options.onTurn(one);
      // What the turn itself took is not its fault.
      if (this.#inside.has(one)) this.#inside.set(one, setTimeout(() => this.leave(one), this.#options.patienceMs).unref());
    }
    this.#isCalling = false;
  }
}
