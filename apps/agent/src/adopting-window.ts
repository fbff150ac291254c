/**
 * The time after a first installation in which connections that are older than it may go on, though nobody saw them begin (semantics.md section 6).
 *
 * It begins with the first ruleset that is in force, not with the process: until then nothing is judged. An agent that is started again finds its
 * ruleset in the kernel, and has none.
 *
 * @module
 */
export interface AdoptingOptions {
  /** Milliseconds; 0: there is none. */
  readonly lasts: number;
  /** The kernel holds nothing of ours. */
  readonly isFirst: boolean;
  readonly onEnd: () => void;
}

export class AdoptingWindow {
  readonly #options: AdoptingOptions;
  #ends: NodeJS.Timeout | undefined;
  #isOpen: boolean;

  constructor(options: AdoptingOptions) {
    this.#options = options;
    this.#isOpen = options.isFirst && options.lasts > 0;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A ruleset is in force. */
  realized(): void {
    if (!this.#isOpen || this.#ends !== undefined) return;
    this.#ends = setTimeout(() => {
      this.#isOpen = false;
      this.#options.onEnd();
    }, this.#options.lasts);
    this.#ends.unref();
  }

  /** Without `onEnd`. */
  stop(): void {
    clearTimeout(this.#ends);
  }
}
