/**
 * Memory that a great change took and that nobody needs any more goes back to the host once it is quiet.
 *
 * The engine collects when it needs room, and an agent that has nothing to do never needs any: what the first plan took would be kept for days.
 * To collect stops everything for some tenths of a second with a hundred thousand addresses, which is why it waits until nothing happens.
 *
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const quietMs = 3000;
/** Less than this is not worth a stop. */
const worthBytes = 32 * 1024 * 1024;

const collector = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
};

export class MemoryGivenBack {
  readonly #collect = collector();
  #least = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Something was done that takes memory. */
  used(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveBack(), quietMs).unref();
  }

  #giveBack(): void {
    if (process.memoryUsage.rss() - this.#least < worthBytes) return;
    this.#collect();
    this.#least = process.memoryUsage.rss();
  }
}
