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
  /** Called for one at a time, and whatever else there is to do is done before the next: a turn may take a while. */
  readonly onTurn: (one: T) => void;
}

export class Turnstile<T> {
  readonly #options: TurnstileOptions<T>;
  readonly #inside = new Map<T, NodeJS.Timeout | undefined>();
  readonly #waiting = new Set<T>();
  #next: NodeJS.Immediate | undefined;

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
    clearImmediate(this.#next);
    for (const timer of this.#inside.values()) clearTimeout(timer);
    this.#inside.clear();
    this.#waiting.clear();
  }

  #call(): void {
    if (this.#waiting.size === 0 || this.#inside.size >= this.#options.most) return;
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      this.#admit();
      this.#call();
    });
  }

  #admit(): void {
    const [one] = this.#waiting;
    if (one === undefined || this.#inside.size >= this.#options.most) return;
    this.#waiting.delete(one);
    this.#inside.set(one, undefined);
    this.#options.onTurn(one);
    // What the turn itself took is not its fault.
    if (this.#inside.has(one)) this.#inside.set(one, setTimeout(() => this.leave(one), this.#options.patienceMs).unref());
  }
}
