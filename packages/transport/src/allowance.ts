/**
 * So many messages at once, and so many a second: who says more is read more slowly, and the others notice nothing.
 *
 * @module
 */
export interface AllowanceBounds {
  readonly atOnce: number;
  readonly perSecond: number;
}

export class Allowance {
  readonly #bounds: AllowanceBounds;
  #left: number;
  #at: number;

  /** `now`: milliseconds. */
  constructor(bounds: AllowanceBounds, now: number) {
    this.#bounds = bounds;
    this.#left = bounds.atOnce;
    this.#at = now;
  }

  /** One message more. Gives how many milliseconds nothing should be read. */
  spend(now: number): number {
    const { atOnce, perSecond } = this.#bounds;
    this.#left = Math.min(atOnce, this.#left + ((now - this.#at) / 1000) * perSecond) - 1;
    this.#at = now;
    return this.#left >= 0 ? 0 : (-this.#left / perSecond) * 1000;
  }
}
