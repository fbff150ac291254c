/**
 * How far a long run is, on a terminal's standard error and nowhere else: a pipe, CI and a dumb terminal get nothing.
 *
 * @module
 */
import { plain } from '../terminal.ts';

export interface ProgressSink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly sink: ProgressSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Nothing is shown of what is over sooner. */
const patience = 300;
const interval = 100;

/** `[#####-----] 50/100  what   eta 00:03`, never wider than the terminal. */
export const progressLine = (what: string, done: number, total: number, elapsed: number, columns = 80): string => {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const width = 24;
  const filled = Math.round(part * width);
  const left = part === 0 ? undefined : Math.round((elapsed / part - elapsed) / 1000);
  const eta = left === undefined || part === 1 ? '' : `   eta ${String(Math.floor(left / 60)).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`;
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${done}/${total}  ${plain(what)}${eta}`.slice(0, Math.max(1, columns - 1));
};

const isShown = ({ sink, env }: ProgressOptions): boolean => sink.isTTY === true && env['CI'] === undefined && env['TERM'] !== 'dumb';

export class Progress {
  readonly #options: ProgressOptions;
  readonly #begin: number;
  #shownAt = 0;
  #length = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#begin = options.now();
  }

  readonly update = (what: string, done: number, total: number): void => {
    const { sink, now } = this.#options;
    const time = now();
    if (!isShown(this.#options) || time - this.#begin < patience || time - this.#shownAt < interval) return;
    this.#shownAt = time;
    this.#put(progressLine(what, done, total, time - this.#begin, sink.columns));
  };

  /** Leaves an empty line behind. */
  end(): void {
    if (this.#length > 0) this.#put('');
  }

  /** With NO_COLOR without any escape sequence: blanks over what is longer than the new text. */
  #put(text: string): void {
    const { sink, env } = this.#options;
    const isBare = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
    sink.write(isBare ? `\r${text.padEnd(this.#length)}\r${text}` : `\r\u001b[K${text}`);
    this.#length = text.length;
  }
}

export const terminalProgress = (): Progress => new Progress({ sink: process.stderr, env: process.env, now: () => performance.now() });
