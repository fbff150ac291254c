/**
 * Ends connections that a new policy denies, or ends by its change, once it is in force.
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
  /** To be ended by the next round, whatever policy says of them. */
  #killed: ((connection: Connection) => boolean)[] = [];

  constructor(options: DeniedEnderOptions) {
    this.#options = options;
  }

  /** The next round ends these too. */
  kill(isKilled: (connection: Connection) => boolean): void {
    this.#killed.push(isKilled);
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
      const killed = this.#killed.splice(0);
      try {
        const isDenied = this.#options.deniedNow() ?? (() => false);
        const count = await this.#options.connections.endWhere((connection) => isDenied(connection) || killed.some((isKilled) => isKilled(connection)));
        if (count > 0) this.#options.onEnded(count);
      } catch (error) {
        this.#killed.unshift(...killed);
        this.#options.onFault(error);
      }
      await rest(restMs, undefined, { ref: false });
    }
    this.#isRunning = false;
  }
}
