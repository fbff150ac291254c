/**
 * Finds in numbers that should follow each other how many are missing.
 *
 * @module
 */

/** A gap of more than that is none: the kernel began anew. */
const largest = 0x8000_0000;

export class SequenceGaps {
  #expected = 0;

  /** How many are missing before this one. Numbers begin at 0 and follow each other modulo 2^32. */
  missingBefore(sequence: number): number {
    const missing = (sequence - this.#expected) >>> 0;
    this.#expected = (sequence + 1) >>> 0;
    return missing < largest ? missing : 0;
  }
}
