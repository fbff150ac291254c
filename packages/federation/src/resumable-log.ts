/**
 * Keyed values with their recent changes, for readers that come and go.
 *
 * A reader names the last event it has seen and gets what changed since, merged; if that is too long ago, or was another
 * incarnation of this log, it gets everything. A reader pulls, so a slow one costs nothing: what it missed is merged when
 * it asks. Law: folding what any reader was given yields the current values, whenever it joined, left and came back.
 *
 * @module
 */
export interface LogEvent<T> {
  /** Never empty: `epoch:revision`. */
  readonly id: string;
  /** `true`: the values are all there are; forget everything else. */
  readonly whole: boolean;
  readonly values: readonly (readonly [key: string, value: T])[];
  readonly gone: readonly string[];
}

const REMEMBERED_CHANGES = 10_000;

export class ResumableLog<T> {
  readonly #epoch: string;
  readonly #values = new Map<string, T>();
  /** Key to the revision of its last change, in order of revision; holds removed keys too. */
  readonly #changed = new Map<string, number>();
  readonly #same: (a: T, b: T) => boolean;
  readonly #remembered: number;
  #revision = 0;
  /** Changes up to here were forgotten. */
  #forgotten = 0;
  #wake = Promise.withResolvers<void>();

  /** `epoch`: differs between incarnations of the log, so that a restart is noticed. */
  constructor(epoch: string, same: (a: T, b: T) => boolean, remembered: number = REMEMBERED_CHANGES) {
    this.#epoch = epoch;
    this.#same = same;
    this.#remembered = remembered;
  }

  /** Number of changes so far in this epoch. */
  get revision(): number {
    return this.#revision;
  }

  values(): ReadonlyMap<string, T> {
    return this.#values;
  }

  put(key: string, value: T | undefined): void {
    const was = this.#values.get(key);
    if (value === undefined ? was === undefined : was !== undefined && this.#same(was, value)) return;
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    this.#changed.delete(key);
    this.#changed.set(key, ++this.#revision);
    this.#forget();
    const woken = this.#wake;
    this.#wake = Promise.withResolvers();
    woken.resolve();
  }

  /** Puts a whole new state: what is not in it goes. */
  replaceAll(values: ReadonlyMap<string, T>): void {
    for (const key of this.#values.keys()) if (!values.has(key)) this.put(key, undefined);
    for (const [key, value] of values) this.put(key, value);
  }

  /** Ends when the signal does. The first event comes at once, even if it is empty: it tells the reader that it is up to date. */
  async *follow(lastEventId: string | undefined, signal: AbortSignal): AsyncGenerator<LogEvent<T>> {
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    let seen = this.#positionOf(lastEventId);
    for (let first = true; !signal.aborted; first = false) {
      const woken = this.#wake.promise;
      if (first || seen === undefined || seen < this.#revision) {
        const event: LogEvent<T> = seen === undefined || seen < this.#forgotten ? this.#snapshot() : this.#since(seen);
        seen = this.#revision;
        yield event;
        continue;
      }
      await Promise.race([woken, stopped]);
    }
  }

  #positionOf(eventId: string | undefined): number | undefined {
    const [epoch, revision] = eventId?.split(':') ?? [];
    const position = Number(revision);
    return epoch === this.#epoch && Number.isSafeInteger(position) && position >= 0 && position <= this.#revision ? position : undefined;
  }

  #snapshot(): LogEvent<T> {
    return { id: `${this.#epoch}:${this.#revision}`, whole: true, values: [...this.#values], gone: [] };
  }

  #since(seen: number): LogEvent<T> {
    const values: [string, T][] = [];
    const gone: string[] = [];
    for (const [key, revision] of this.#changed) {
      if (revision <= seen) continue;
      const value = this.#values.get(key);
      if (value === undefined) gone.push(key);
      else values.push([key, value]);
    }
    return { id: `${this.#epoch}:${this.#revision}`, whole: false, values, gone };
  }

  #forget(): void {
    for (const [key, revision] of this.#changed) {
      if (this.#changed.size <= this.#remembered) return;
      this.#changed.delete(key);
      this.#forgotten = revision;
    }
  }
}
