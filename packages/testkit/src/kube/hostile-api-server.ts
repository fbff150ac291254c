/**
 * An API server without a network, that behaves as badly as a test asks for: it refuses, forgets, falls silent, repeats itself, exchanges events, leaves some out, and is restored
 * from a backup. Its versions, pages and errors are those of a real one.
 *
 * @module
 */
import { ApiFault, type ApiServer, type Clock, type ListPage, type ListQuery, type Resource, type WatchEvent, type WatchQuery } from '@firsthop/kube';

export interface StoredObject {
  readonly metadata: { readonly uid: string; readonly name: string; readonly resourceVersion: string };
  readonly value: number;
  /** Nobody cares about it. */
  readonly noise: number;
}

interface Recorded {
  readonly version: number;
  readonly event: WatchEvent & { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: StoredObject };
}

/** Shares of one. */
export interface Malice {
  /** Of requests. */
  readonly refuse: number;
  /** Of pages: the rest of the list has expired. */
  readonly expire: number;
  /** Of watches: it falls silent after an event or none. */
  readonly silent: number;
  /** Of watches: it ends. */
  readonly end: number;
  /** Of events. */
  readonly repeat: number;
  readonly exchange: number;
  readonly leaveOut: number;
  /** Of events: something else comes before. */
  readonly nonsense: number;
}

export const innocent: Malice = { refuse: 0, expire: 0, silent: 0, end: 0, repeat: 0, exchange: 0, leaveOut: 0, nonsense: 0 };

interface State {
  readonly objects: Map<string, StoredObject>;
  readonly history: Recorded[];
  version: number;
  /** It remembers what came behind it. */
  compacted: number;
}

export class HostileApiServer implements ApiServer {
  malice: Malice = innocent;
  /** How often it was asked for a first page. */
  lists = 0;
  readonly #clock: Clock;
  readonly #random: () => number;
  #state: State = { objects: new Map(), history: [], version: 1, compacted: 0 };
  #backup: State | undefined;
  #uids = 0;
  #waiting = new Set<() => void>();

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  get objects(): ReadonlyMap<string, StoredObject> {
    return this.#state.objects;
  }

  create(value: number): void {
    this.#put(`uid-${this.#uids++}`, value, 0);
  }

  /** Of one of them, if there is any. `value` undefined: something that nobody keeps. */
  modify(which: number, value: number | undefined): void {
    const one = this.#pick(which);
    if (one !== undefined) this.#put(one.metadata.uid, value ?? one.value, one.noise + 1);
  }

  delete(which: number): void {
    const one = this.#pick(which);
    if (one === undefined) return;
    this.#state.objects.delete(one.metadata.uid);
    this.#record('DELETED', { ...one, metadata: { ...one.metadata, resourceVersion: String(++this.#state.version) } });
  }

  compact(): void {
    this.#state.compacted = this.#state.version;
    this.#state.history.length = 0;
  }

  backUp(): void {
    const { objects, history, version, compacted } = this.#state;
    this.#backup = { objects: new Map(objects), history: [...history], version, compacted };
  }

  /** As it was, and nothing is known of what came since. */
  restore(): void {
    if (this.#backup === undefined) return;
    this.#state = this.#backup;
    this.#backup = undefined;
    this.compact();
    this.#wake();
  }

  async list(_resource: Resource, { limit, continue: from, headsOnly = false, signal }: ListQuery): Promise<ListPage> {
    if (from === undefined) this.lists++;
    await this.#answer(signal);
    if (from !== undefined && this.#is('expire')) throw new ApiFault(410, 'The provided continue parameter is too old');
    const [version = 0, at = 0] = from === undefined ? [this.#state.version, 0] : from.split('/').map(Number);
    // A page after others is of the moment of the first one.
    const all = from === undefined ? [...this.#state.objects.values()] : (this.#snapshots.get(version) ?? []);
    this.#snapshots.set(version, all);
    const items = all.slice(at, limit === undefined ? undefined : at + limit);
    const next = at + items.length;
    return { items: headsOnly ? items.map(({ metadata }) => ({ metadata })) : items, resourceVersion: String(version), continue: next < all.length ? `${version}/${next}` : undefined };
  }

  async *watch(_resource: Resource, { resourceVersion, timeoutSeconds, signal }: WatchQuery): AsyncGenerator<WatchEvent> {
    await this.#answer(signal);
    let from = Number(resourceVersion);
    if (from > this.#state.version) throw new ApiFault(504, 'Timeout: Too large resource version');
    const until = this.#clock.now() + timeoutSeconds * 1000;
    let state = this.#state;
    for (;;) {
      if (state !== this.#state) throw new ApiFault(0, 'the connection was lost');
      if (from < state.compacted && state.history[0]?.version !== from + 1) throw new ApiFault(410, 'The resourceVersion for the provided watch is too old');
      const events = state.history.filter(({ version }) => version > from);
      from = state.version;
      for (const event of this.#spoil(events)) {
        if (this.#is('end')) return;
        if (this.#is('silent')) await this.#silence(signal);
        yield event;
        signal.throwIfAborted();
      }
      if (this.#is('silent')) await this.#silence(signal);
      if (this.#clock.now() >= until) return;
      state = this.#state;
      await this.#wait(Math.ceil(Math.min(60_000, until - this.#clock.now())), signal);
      if (state === this.#state && state.version === from) yield { type: 'BOOKMARK', resourceVersion: String(from) };
    }
  }

  readonly #snapshots = new Map<number, readonly StoredObject[]>();

  #is(what: keyof Malice): boolean {
    return this.#random() < this.malice[what];
  }

  #pick(which: number): StoredObject | undefined {
    const all = [...this.#state.objects.values()];
    return all[which % Math.max(1, all.length)];
  }

  #put(uid: string, value: number, noise: number): void {
    const type = this.#state.objects.has(uid) ? 'MODIFIED' : 'ADDED';
    const object: StoredObject = { metadata: { uid, name: uid, resourceVersion: String(++this.#state.version) }, value, noise };
    this.#state.objects.set(uid, object);
    this.#record(type, object);
  }

  #record(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: StoredObject): void {
    this.#state.history.push({ version: this.#state.version, event: { type, object } });
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  async #answer(signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(this.#random() * 50, signal);
    if (!this.#is('refuse')) return;
    const code = [429, 500, 503, 0][Math.floor(this.#random() * 4)] ?? 0;
    throw new ApiFault(code, 'not now', code === 429 ? 1000 * Math.floor(this.#random() * 5) : undefined);
  }

  /** Half-open: it is there, and says nothing any more. */
  #silence(signal: AbortSignal): Promise<void> {
    return this.#clock.sleep(86_400_000, signal);
  }

  /** Until something happens, or so long. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const wake = (): void => over.abort();
    this.#waiting.add(wake);
    await this.#clock.sleep(ms, AbortSignal.any([signal, over.signal])).catch(() => signal.throwIfAborted());
    this.#waiting.delete(wake);
  }

  #spoil(events: readonly Recorded[]): WatchEvent[] {
    const told: WatchEvent[] = [];
    for (const { event } of events) {
      if (this.#is('leaveOut')) continue;
      if (this.#is('nonsense')) told.push({ type: 'MODIFIED', object: { metadata: { name: 'nobody' } } });
      told.push(event);
      if (this.#is('repeat')) told.push(event);
      const before = told.at(-2);
      if (before !== undefined && this.#is('exchange')) told.splice(-2, 2, event, before);
    }
    return told;
  }
}
