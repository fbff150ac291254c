/**
 * Compares, from time to time, what the interfaces have moved with what our hooks saw of it (`PathProof`), and says so when the answer is another one.
 *
 * @module
 */
import type { PathCounts } from '@firsthop/dataplane';
import { type LinkTraffic, PathProof } from '@firsthop/hostif';

export interface PathWatchOptions {
  /** Undefined: this kernel cannot tell. */
  readonly readHooks: () => Promise<PathCounts | undefined>;
  readonly readTraffic: () => ReadonlyMap<string, LinkTraffic>;
  readonly onChange: () => void;
}

export class PathWatch {
  readonly #options: PathWatchOptions;
  readonly #proof = new PathProof();
  #unseen: ReadonlyMap<string, string> = new Map();

  constructor(options: PathWatchOptions) {
    this.#options = options;
  }

  /** Why packets of an interface are not known to come by our hooks, by its name. */
  get unseen(): ReadonlyMap<string, string> {
    return this.#unseen;
  }

  /** Rejects where the kernel does not answer; what was known before stays. */
  async look(): Promise<void> {
    const before = await this.#options.readHooks();
    if (before === undefined) return;
    const traffic = this.#options.readTraffic();
    const after = await this.#options.readHooks();
    if (after === undefined) return;
    const [was, is] = [this.#unseen, this.#proof.take({ before, after, traffic, now: performance.now() })];
    const isOther = was.size !== is.size || [...is.keys()].some((device) => !was.has(device));
    // A reason has counts in it, and is not another one because they grow.
    if (!isOther) return;
    this.#unseen = is;
    this.#options.onChange();
  }
}
