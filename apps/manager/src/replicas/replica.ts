/**
 * One manager among several of its cluster that serve the same directory: takes part in the election, numbers contents while it holds the lease, and says
 * which position the content has that it sees.
 *
 * @module
 */
import { LeaseKeeper, type LeaseRecord } from './lease.ts';
import { type Numbering, nextNumbering, numberOf } from './numbering.ts';
import type { SharedRecord } from './shared-record.ts';

export interface ReplicaOptions {
  /** For people; not shared with another one. */
  readonly name: string;
  /** Of this process alone. */
  readonly incarnation: string;
  readonly lease: SharedRecord<LeaseRecord>;
  readonly numbering: SharedRecord<Numbering>;
  readonly epoch: number;
  /** The content that was seen last has this position now. */
  readonly onPosition: (at: { readonly content: string; readonly number: number; readonly epoch: number }) => void;
  readonly onFault: (fault: string) => void;
  /** Milliseconds of a clock that only goes forward, and of the calendar. */
  readonly now: () => number;
  readonly date: () => number;
}

export const LEASE_MS = 6000;
const HOLD_MS = 4000;
/** A holder that has not seen the newest content for so long believes what it sees. */
const RETURN_AFTER_MS = 15_000;

export class Replica {
  readonly #options: ReplicaOptions;
  readonly #keeper: LeaseKeeper;
  #content: string | undefined;
  /** The newest number whose content was seen here. */
  #seen = 0;
  #numbering: Numbering | undefined;
  #holdsSince: number | undefined;
  #said = '';

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#keeper = new LeaseKeeper({ name: `${options.name}/${options.incarnation}`, durationMs: LEASE_MS, holdMs: HOLD_MS });
  }

  /** What is in the directory; to be followed by `turn`. */
  see(content: string): void {
    this.#content = content;
  }

  /** Whether the content that was seen has no position yet: a turn is worth while soon. */
  get isPending(): boolean {
    return this.#content !== undefined && numberOf(this.#numbering, this.#content) === undefined;
  }

  /** For people. */
  status(): { readonly name: string; readonly holder: string; readonly writes: boolean; readonly epoch: number; readonly newest: number } {
    return { name: this.#options.name, holder: this.#keeper.holder.split('/')[0] ?? '', writes: this.#keeper.term(this.#options.now()) !== undefined, epoch: this.#numbering?.epoch ?? 0, newest: this.#numbering?.contents.at(-1)?.number ?? 0 };
  }

  /** To be called about every second, and when the directory changed; never twice at a time. Does not reject. */
  async turn(): Promise<void> {
    try {
      await this.#renew();
      await this.#number();
      this.#tell();
    } catch (error) {
      this.#options.onFault(`what the managers of this cluster share cannot be read or written: ${String(error)}`);
    }
  }

  /** Another one may write at once. */
  async leave(): Promise<void> {
    try {
      const seen = await this.#options.lease.read();
      const record = this.#keeper.release(seen);
      if (record !== undefined) await this.#options.lease.write(record, seen?.version);
    } catch (error) {
      this.#options.onFault(String(error));
    }
  }

  async #renew(): Promise<void> {
    const { lease, now, date } = this.#options;
    const seen = await lease.read();
    const asked = now();
    const record = this.#keeper.next(seen, asked, date());
    if (record !== undefined && (await lease.write(record, seen?.version))) this.#keeper.wrote(record, asked);
    if (this.#keeper.term(now()) === undefined) this.#holdsSince = undefined;
    else this.#holdsSince ??= asked;
  }

  async #number(): Promise<void> {
    const { numbering, now, epoch } = this.#options;
    const seen = await numbering.read();
    this.#numbering = seen?.value;
    const newest = seen?.value.contents.at(-1);
    if (newest !== undefined && newest.content === this.#content) this.#seen = newest.number;
    const term = this.#keeper.term(now());
    if (term === undefined) return;
    const mayReturn = this.#seen === (newest?.number ?? 0) || now() - (this.#holdsSince ?? now()) > RETURN_AFTER_MS;
    const next = nextNumbering(seen?.value, { term, epoch, content: this.#content, mayReturn });
    if (next === undefined || next === 'deposed') return;
    if (await numbering.write(next, seen?.version)) this.#numbering = next;
    if (this.#numbering === next && next.contents.at(-1)?.content === this.#content) this.#seen = next.contents.at(-1)?.number ?? 0;
  }

  #tell(): void {
    const [content, number] = [this.#content, numberOf(this.#numbering, this.#content ?? '')];
    const epoch = this.#numbering?.epoch ?? 0;
    const said = `${content} ${number} ${epoch}`;
    if (content === undefined || number === undefined || said === this.#said) return;
    this.#said = said;
    this.#options.onPosition({ content, number, epoch });
  }
}
