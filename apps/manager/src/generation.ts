/**
 * A counter that survives restarts: the watermark of this manager's own source. Never a clock.
 *
 * @module
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class Generation {
  readonly #file: string;
  #value: number;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = join(folder, 'generation');
    this.#value = readNumber(this.#file);
  }

  get value(): number {
    return this.#value;
  }

  /** On disk before it is used. */
  next(): number {
    writeFileSync(`${this.#file}.new`, String(++this.#value));
    renameSync(`${this.#file}.new`, this.#file);
    return this.#value;
  }
}

const readNumber = (file: string): number => {
  try {
    const value = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(value) && value >= 0 ? value : 0;
  } catch {
    return 0;
  }
};
