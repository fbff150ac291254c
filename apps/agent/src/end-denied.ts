/**
 * Ends connections that a new policy denies, once it is in force.
 *
 * To go through all connections takes the longer the more there are, so however often policy changes, there is a rest between two rounds.
 * What changed meanwhile is looked at by the next round.
 *
 * @module
 */
import type { Connection, Connections } from '@firsthop/dataplane';
import { setTimeout as rest } from 'node:timers/promises';

const restMs = 300;

export interface DeniedEnderOptions {
  readonly connections: Connections;
  /** By the policy that is in force when a round begins. Undefined: there is none. */
  readonly deniedNow: () => ((connection: Connection) => boolean) | undefined;
  readonly onEnded: (count: number) => void;
  readonly onFault: (error: unknown) => void;
}

export class DeniedEnder {
  readonly #options: DeniedEnderOptions;
  #isWanted = false;
  #isRunning = false;

  constructor(options: DeniedEnderOptions) {
    this.#options = options;
  }

  /** Another policy is in force. */
  changed(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        const isDenied = this.#options.deniedNow();
        const count = isDenied === undefined ? 0 : await this.#options.connections.endWhere(isDenied);
        if (count > 0) this.#options.onEnded(count);
      } catch (error) {
        this.#options.onFault(error);
      }
      await rest(restMs, undefined, { ref: false });
    }
    this.#isRunning = false;
  }
}
