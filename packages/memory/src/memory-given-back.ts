/**
 * Memory that a great change took and that nobody needs any more goes back to the host once it is quiet.
 *
 * The engine collects when it needs room, and an agent that has nothing to do never needs any: what the first plan took would be kept for days.
 * To collect stops everything for a tenth of a second with a hundred thousand addresses, which is why it waits until nothing happens.
 *
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SystemMemory } from './system-memory.ts';
import { whenQuiet } from './when-quiet.ts';

const quietMs = 3000;
/** Less than this is not worth a stop. */
const worthBytes = 16 * 1024 * 1024;

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

const collector = (): Collect => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
};

export class MemoryGivenBack {
  readonly #collect = collector();
  readonly #system: SystemMemory | undefined;
  #least = 0;

  constructor(system: SystemMemory | undefined) {
    this.#system = system;
  }

  /** To be called when something was done that takes memory. */
  readonly used: () => void = whenQuiet(quietMs, () => this.#giveBack());

  #giveBack(): void {
    if (process.memoryUsage.rss() - this.#least < worthBytes) return;
    // The last resort moves together what is left, so that pages become free.
    this.#collect({ type: 'major', flavor: 'last-resort' });
    this.#system?.giveBack();
    this.#least = process.memoryUsage.rss();
  }
}
