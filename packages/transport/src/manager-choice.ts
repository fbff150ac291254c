/**
 * Which of several managers an agent tries next. Each agent has an order of its own, so that agents are spread over the managers, and those of a manager
 * that is gone are spread over the others.
 *
 * @module
 */
import { createHash } from 'node:crypto';

/** Milliseconds. So long a manager that was of no use is no reason to leave another one. */
export const REMEMBERED_MS = 60_000;

const weight = (who: string, url: string): string => createHash('sha256').update(`${who}\n${url}`).digest('hex');

export class ManagerChoice {
  readonly #urls: readonly string[];
  /** When a manager was of no use. */
  readonly #useless = new Map<string, number>();
  #at = -1;

  /** `who`: names the agent. At least one URL. */
  constructor(who: string, urls: readonly string[]) {
    this.#urls = [...new Set(urls)].sort((a, b) => (weight(who, a) < weight(who, b) ? -1 : 1));
  }

  next(): string {
    return this.#urls[++this.#at % this.#urls.length] ?? '';
  }

  /** The one in use was not there, or lags. `now`: of a clock that only goes forward, in milliseconds. */
  wasUseless(now: number): void {
    this.#useless.set(this.#urls[this.#at % this.#urls.length] ?? '', now);
  }

  /**
   * Whether another one may be of more use than the one in use, which lags. Not if all others were of none within the last minute: agents that go around
   * would only cost handshakes.
   */
  isBetterElsewhere(now: number): boolean {
    const current = this.#at % this.#urls.length;
    return this.#urls.some((url, i) => i !== current && now - (this.#useless.get(url) ?? -Infinity) >= REMEMBERED_MS);
  }
}
