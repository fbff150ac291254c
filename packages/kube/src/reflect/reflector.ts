/**
 * Follows one resource of an API server: everything is listed, then changes are watched, for ever.
 *
 * Law: whatever the server and the way to it do, once they behave, what was told is what the server has; and each thing that is told is other than what
 * was told of that object before.
 *
 * A server may forget (410), end, refuse, say nothing, say a thing twice or in the wrong order, or leave something out. The first is answered with a new
 * list, the next three with a new watch from where the last one ended, the wrong order with a new list; and what was left out is found by looking at
 * all versions from time to time.
 *
 * @module
 */
import { ApiFault, type ApiServer, type Resource, resourceText, type WatchEvent } from '../api/api-server.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { KnownObjects, type ObjectChange } from './known-objects.ts';
import { headOf, isOlder } from './object-head.ts';
import { listAll } from './list-all.ts';
import type { ReflectorNews } from './reflector-news.ts';
import { type ReflectorTiming, timing } from './reflector-timing.ts';
import { findGaps } from './find-gaps.ts';

export interface ReflectorParts<T> {
  readonly api: ApiServer;
  readonly resource: Resource;
  readonly clock: Clock;
  /** What is kept of an object, as JSON: the rest is let go at once. Never throws. */
  readonly keep: (object: unknown) => T;
  readonly onChange: (change: ObjectChange<T>) => void;
  readonly onNews: (news: ReflectorNews) => void;
  readonly timing?: Partial<ReflectorTiming>;
}

/** Why a watch was given up by us. */
class Silence extends Error {}
class Gap extends Error {}
/** Watches in a row that came to nothing. */
const enough = 5;
/** Of so many looks, one is at everything. */
const thorough = 6;

export class Reflector<T> {
  readonly #parts: ReflectorParts<T>;
  readonly #timing: ReflectorTiming;
  readonly #known = new KnownObjects<T>();
  readonly #attempts: Backoff;
  readonly #lists: Backoff;
  #listedAt = -Infinity;
  /** In a row. */
  #faults = 0;
  /** All up to there was told. Undefined: it must be listed. */
  #from: string | undefined;
  /** The newest that was ever told. */
  #newest: string | undefined;
  #watch = new AbortController();

  constructor(parts: ReflectorParts<T>) {
    this.#parts = parts;
    this.#timing = { ...timing, ...parts.timing };
    this.#attempts = new Backoff({ firstMs: 200, mostMs: this.#timing.longestRetryMs }, () => parts.clock.random());
    this.#lists = new Backoff({ firstMs: 1000, mostMs: this.#timing.listEveryMs }, () => parts.clock.random());
  }

  /** Until the signal says stop. What a server does never rejects it. */
  async follow(signal: AbortSignal): Promise<void> {
    const checking = this.#checkNowAndThen(signal).catch(() => {});
    while (!signal.aborted) {
      try {
        if (this.#from === undefined) await this.#list(signal);
        else await this.#watchFrom(this.#from, signal);
      } catch (error) {
        if (signal.aborted) break;
        await this.#recover(error, signal).catch((fault: unknown) => {
          if (!signal.aborted) throw fault;
        });
      }
    }
    await checking;
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, onNews, resource } = this.#parts;
    if (error instanceof Silence) return onNews({ kind: 'silence' });
    if (error instanceof Gap) {
      this.#from = undefined;
      return;
    }
    if (error instanceof ApiFault && error.isAbsent) {
      this.#from = undefined;
      onNews({ kind: 'absent', nextMs: this.#timing.listEveryMs });
      return clock.sleep(this.#timing.listEveryMs * (0.5 + clock.random() / 2), signal);
    }
    // Who cannot be watched can be listed, perhaps: better than knowing nothing.
    if ((error instanceof ApiFault && (error.isGone || error.isAhead)) || ++this.#faults >= enough) {
      this.#from = undefined;
      this.#faults = 0;
    }
    const nextMs = this.#attempts.next(error instanceof ApiFault ? error.retryAfterMs : undefined);
    onNews({ kind: 'fault', message: `${resourceText(resource)}: ${error instanceof Error ? error.message : String(error)}`, nextMs });
    await clock.sleep(nextMs, signal);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { api, resource, clock, keep, onNews } = this.#parts;
    // A server that asks for list after list is in trouble, and lists are what troubles it most.
    const since = clock.now() - this.#listedAt;
    if (since > 2 * this.#timing.listEveryMs) this.#lists.reset();
    else await clock.sleep(Math.max(0, this.#lists.next() - since), signal);
    this.#listedAt = clock.now();
    const seen = new Set<string>();
    const take = (object: unknown): void => {
      const head = headOf(object);
      if (head === undefined) return onNews({ kind: 'malformed', message: `${resourceText(resource)}: an object without uid or resourceVersion` });
      seen.add(head.uid);
      this.#tell(this.#known.put(head.uid, head.resourceVersion, keep(object)));
    };
    const { resourceVersion } = await listAll(api, resource, { limit: this.#timing.pageSize, signal }, { begin: () => seen.clear(), take });
    for (const uid of this.#known.uids()) if (!seen.has(uid)) this.#tell(this.#known.delete(uid));
    const wentBack = this.#newest !== undefined && isOlder(resourceVersion, this.#newest) === true;
    this.#from = resourceVersion;
    this.#newest = resourceVersion;
    onNews({ kind: 'listed', objects: seen.size, wentBack });
  }

  async #watchFrom(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { api, resource, clock } = this.#parts;
    const watch = (this.#watch = new AbortController());
    const ended = new AbortController();
    const either = AbortSignal.any([signal, watch.signal]);
    const begun = clock.now();
    let heardAt = begun;
    const watchdog = this.#watchSilence(() => heardAt, AbortSignal.any([either, ended.signal])).catch(() => {});
    try {
      const timeoutSeconds = Math.round(this.#timing.watchSeconds * (1 + clock.random()));
      for await (const event of api.watch(resource, { resourceVersion, timeoutSeconds, signal: either })) {
        heardAt = clock.now();
        this.#attempts.reset();
        this.#faults = 0;
        this.#take(event);
        either.throwIfAborted();
      }
    } finally {
      ended.abort();
      await watchdog;
    }
    // One that ends at once, again and again, is no watch.
    if (clock.now() - begun < 1000) throw new ApiFault(0, 'the watch ended before it began');
  }

  async #watchSilence(heardAt: () => number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    for (;;) {
      const left = heardAt() + this.#timing.silenceMs - clock.now();
      if (left <= 0) return this.#watch.abort(new Silence());
      await clock.sleep(Math.ceil(left), signal);
    }
  }

  #take(event: WatchEvent): void {
    const { keep, onNews, resource } = this.#parts;
    if (event.type === 'BOOKMARK') return this.#advance(event.resourceVersion);
    const head = headOf(event.object);
    if (head === undefined) return onNews({ kind: 'malformed', message: `${resourceText(resource)}: an event about an object without uid or resourceVersion` });
    const { uid, resourceVersion } = head;
    // A thing that is said twice does not come from the past.
    if (this.#known.versionOf(uid) !== resourceVersion) this.#advance(resourceVersion);
    this.#tell(event.type === 'DELETED' ? this.#known.delete(uid) : this.#known.put(uid, resourceVersion, keep(event.object)));
  }

  /** Throws a `Gap` where something older comes behind something newer: nobody knows what else is missing. */
  #advance(resourceVersion: string): void {
    if (this.#from !== undefined && isOlder(resourceVersion, this.#from) === true) {
      this.#parts.onNews({ kind: 'gap', objects: 0 });
      throw new Gap();
    }
    this.#from = resourceVersion;
    this.#newest = resourceVersion;
  }

  #tell(change: ObjectChange<T> | undefined): void {
    if (change !== undefined) this.#parts.onChange(change);
  }

  /** What a server or the way to it left out is told by nobody. */
  async #checkNowAndThen(signal: AbortSignal): Promise<void> {
    const { api, resource, clock, onNews } = this.#parts;
    const { checkMs, graceMs, pageSize } = this.#timing;
    for (let looks = 1; ; looks++) {
      await clock.sleep(checkMs * (0.75 + clock.random() / 2), signal);
      if (this.#from === undefined) continue;
      // Versions do not tell everything: a server that was restored from a backup gives them out a second time.
      if (looks % thorough === 0) {
        this.#from = undefined;
        this.#watch.abort(new Gap());
        continue;
      }
      const gaps = await findGaps({ api, resource, known: this.#known, pageSize, wait: () => clock.sleep(graceMs, signal), signal }).catch((error: unknown) => {
        signal.throwIfAborted();
        onNews({ kind: 'fault', message: `${resourceText(resource)}: cannot be checked: ${String(error)}`, nextMs: checkMs });
        return 0;
      });
      if (gaps === 0 || this.#from === undefined) continue;
      onNews({ kind: 'gap', objects: gaps });
      this.#from = undefined;
      this.#watch.abort(new Gap());
    }
  }
}
