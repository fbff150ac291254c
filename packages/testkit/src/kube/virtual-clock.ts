/**
 * Time that passes when a test says so.
 *
 * @module
 */
import type { Clock } from '@firsthop/kube';
import { setImmediate as turn } from 'node:timers/promises';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export class VirtualClock implements Clock {
  readonly #random: () => number;
  readonly #sleepers = new Set<Sleeper>();
  #now = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const end = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', stop);
      };
      const stop = (): void => {
        end();
        reject(signal.reason as Error);
      };
      const sleeper: Sleeper = {
        at: this.#now + ms,
        wake: () => {
          end();
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', stop);
    });
  }

  /** Everybody who wakes meanwhile does what he does then. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      // All that can be done without time passing.
      await turn();
      let next: Sleeper | undefined;
      for (const one of this.#sleepers) if (one.at <= until && (next === undefined || one.at < next.at)) next = one;
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = until;
  }
}
