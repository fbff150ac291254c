/**
 * Which of several managers an agent tries next. Each agent has an order of its own, so that agents are spread over the managers, and those of a manager
 * that is gone are spread over the others.
 *
 * @module
 */
import { createHash } from 'node:crypto';

/** So long a manager that said that it lags is not left another one for. */
const REMEMBERED_MS = 60_000;

const weight = (who: string, url: string): string => createHash('sha256').update(`${who}\n${url}`).digest('hex');

export class ManagerChoice {
  readonly #urls: readonly string[];
  /** By the clock of `performance`, in milliseconds. */
  readonly #lagged = new Map<string, number>();
  #at = -1;

  /** `who`: names the agent. At least one URL. */
  constructor(who: string, urls: readonly string[]) {
    this.#urls = [...new Set(urls)].sort((a, b) => (weight(who, a) < weight(who, b) ? -1 : 1));
  }

  next(): string {
    return this.#urls[++this.#at % this.#urls.length] ?? '';
  }

  /**
   * The one in use said that it lags; whether to leave it. Not if all others said so within the last minute: then nobody is further, and agents that go
   * around would only cost handshakes.
   */
  lags(now: number): boolean {
    this.#lagged.set(this.#urls[this.#at % this.#urls.length] ?? '', now);
    return this.#urls.some((url) => now - (this.#lagged.get(url) ?? -Infinity) > REMEMBERED_MS);
  }
}
