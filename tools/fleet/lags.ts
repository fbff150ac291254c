/**
 * How late something was, very many times.
 *
 * @module
 */
export class Lags {
  readonly #microseconds: number[] = [];

  add(microseconds: number): void {
    this.#microseconds.push(microseconds);
  }

  clear(): void {
    this.#microseconds.length = 0;
  }

  /** Milliseconds, by `NAME_p50_ms` and so on; NaN where there was none. */
  quantiles(name: string): Record<string, number> {
    const sorted = this.#microseconds.toSorted((a, b) => a - b);
    const at = (q: number): number => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN) / 1000;
    return { [`${name}_p50_ms`]: at(0.5), [`${name}_p99_ms`]: at(0.99), [`${name}_max_ms`]: at(1) };
  }
}
