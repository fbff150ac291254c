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
  readonly onEnded: (count: number) => void;
  readonly onFault: (error: unknown) => void;
}

export class DeniedEnder {
  readonly #options: DeniedEnderOptions;
  #isDenied: ((connection: Connection) => boolean) | undefined;
  #isRunning = false;

  constructor(options: DeniedEnderOptions) {
    this.#options = options;
  }

  /** `isDenied`: by the policy that is in force now. */
  changed(isDenied: (connection: Connection) => boolean): void {
    this.#isDenied = isDenied;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let isDenied = this.#take(); isDenied !== undefined; isDenied = this.#take()) {
      try {
        const count = await this.#options.connections.endWhere(isDenied);
        if (count > 0) this.#options.onEnded(count);
      } catch (error) {
        this.#options.onFault(error);
      }
      await rest(restMs, undefined, { ref: false });
    }
    this.#isRunning = false;
  }

  #take(): ((connection: Connection) => boolean) | undefined {
    const next = this.#isDenied;
    this.#isDenied = undefined;
    return next;
  }
}
