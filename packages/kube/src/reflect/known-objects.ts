/**
 * What was told of each object, as little as it takes to tell each change once: its version, and a print of what was kept of it.
 *
 * @module
 */
import { sha256Hex } from '@firsthop/base';

/** `now: undefined`: it is gone. */
export interface ObjectChange<T> {
  readonly uid: string;
  readonly now: T | undefined;
}

interface Known {
  readonly resourceVersion: string;
  readonly print: string;
}

const printOf = (kept: unknown): string => sha256Hex(JSON.stringify(kept)).slice(0, 24);

export class KnownObjects<T> {
  readonly #known = new Map<string, Known>();

  versionOf(uid: string): string | undefined {
    return this.#known.get(uid)?.resourceVersion;
  }

  /** As of now, whatever comes and goes meanwhile. */
  uids(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Undefined: nothing about it that anybody keeps is other than before. `kept`: JSON. */
  put(uid: string, resourceVersion: string, kept: T): ObjectChange<T> | undefined {
    const was = this.#known.get(uid);
    // Even under the same version: a server that was restored from a backup gives versions out a second time.
    const print = printOf(kept);
    this.#known.set(uid, { resourceVersion, print });
    return was?.print === print ? undefined : { uid, now: kept };
  }

  /** Undefined: it was not there. */
  delete(uid: string): ObjectChange<T> | undefined {
    return this.#known.delete(uid) ? { uid, now: undefined } : undefined;
  }
}
