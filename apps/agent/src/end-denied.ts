/**
 * Ends connections that a new policy denies, once it is in force, and has their ends told where policy wants that.
 *
 * To go through all connections takes the longer the more there are, so however often policy changes, there is a rest between two rounds.
 * What changed meanwhile is looked at by the next round.
 *
 * Where the kernel has only begun to track, what it takes for the beginning of a conversation may be an answer: then each is judged both ways, also what
 * is answered a little later.
 *
 * @module
 */
import type { Connection, Connections, EndedEntry } from '@firsthop/dataplane';
import { setTimeout as rest } from 'node:timers/promises';

const restMs = 300;
const settlingMs = 1000;

export interface Denied {
  readonly isDenied: (connection: Connection) => boolean;
  /** Of a denied one: its ends hear a reset. */
  readonly isTold: (denied: Connection) => boolean;
}

export interface DeniedEnderOptions {
  readonly connections: Connections;
  /** By the policy that is in force when a round begins. `isSettling`: tracking has only begun. Undefined: there is none. */
  readonly deniedNow: (isSettling: boolean) => Denied | undefined;
  readonly onEnded: (count: number) => void;
  readonly onFault: (error: unknown) => void;
}

export class DeniedEnder {
  readonly #options: DeniedEnderOptions;
  #isWanted = false;
  #isRunning = false;
  /** By `performance.now()`. */
  #settledAt = 0;

  constructor(options: DeniedEnderOptions) {
    this.#options = options;
  }

  /** Another policy is in force. `tracksAnew`: the kernel began to track connections for it. */
  changed(tracksAnew = false): void {
    if (tracksAnew) this.#settledAt = performance.now() + settlingMs;
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  get #isSettling(): boolean {
    return performance.now() < this.#settledAt;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted || this.#isSettling) {
      this.#isWanted = false;
      try {
        const count = await this.#round();
        if (count > 0) this.#options.onEnded(count);
      } catch (error) {
        this.#options.onFault(error);
      }
      await rest(restMs, undefined, { ref: false });
    }
    this.#isRunning = false;
  }

  async #round(): Promise<number> {
    const { connections, deniedNow, onFault } = this.#options;
    const denied = deniedNow(this.#isSettling);
    if (denied === undefined) return 0;
    const told: EndedEntry[] = [];
    const count = await connections.endWhere(denied.isDenied, (connection, was) => {
      if (denied.isTold(connection)) told.push(was);
    });
    // Who does not answer is waited for, but not by the next round.
    if (told.length > 0) connections.tell(told).catch(onFault);
    return count;
  }
}
