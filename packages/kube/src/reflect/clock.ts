/**
 * Time and chance, so that tests can have their own.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number;
  /** Rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    signal.throwIfAborted();
    await wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
  random: Math.random,
};
