/**
 * How long to wait before the next attempt: twice as long each time, with jitter, because all that lost the same server come back at the same time.
 *
 * @module
 */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly mostMs: number;
}

export class Backoff {
  readonly #bounds: BackoffBounds;
  readonly #random: () => number;
  #failures = 0;

  constructor(bounds: BackoffBounds, random: () => number) {
    this.#bounds = bounds;
    this.#random = random;
  }

  /** Between half and all of the time that it is the turn of. `atLeastMs`: somebody asked for it. */
  next(atLeastMs = 0): number {
    const { firstMs, mostMs } = this.#bounds;
    const turn = Math.min(mostMs, firstMs * 2 ** Math.min(30, this.#failures++));
    return Math.max(atLeastMs, turn * (0.5 + this.#random() / 2));
  }

  reset(): void {
    this.#failures = 0;
  }
}
