/**
 * What one peer tells us, as facts of ours. Law: after any sequence of events, resumes and restarts, the facts given out
 * are those of the peer's last word.
 *
 * @module
 */
import type { Fact } from '@firsthop/inventory';
import { type Exporter, importEndpoint } from './exported-endpoint.ts';
import type { FeedEvent } from './feed-event.ts';

export class PeerFeed {
  readonly #exporter: Exporter;
  readonly #held = new Map<string, Fact>();
  readonly #refused = new Map<string, string>();

  constructor(exporter: Exporter) {
    this.#exporter = exporter;
  }

  /** What was asserted and not believed, by key. */
  get refused(): ReadonlyMap<string, string> {
    return this.#refused;
  }

  get size(): number {
    return [...this.#held.values()].filter((fact) => fact.of === 'workload').length;
  }

  /** The facts that this event changes. A refused value removes what was held under its key: it is no longer vouched for. */
  *take(event: FeedEvent): Generator<Fact> {
    const named = new Set(event.values.map(([key]) => key));
    if (event.whole) for (const key of [...this.#held.keys(), ...this.#refused.keys()]) if (!named.has(key)) yield* this.#drop(key);
    for (const key of event.gone) yield* this.#drop(key);
    for (const [key, value] of event.values) yield* this.#hold(key, value);
  }

  /** The peer is no longer trusted: everything goes. */
  *forgetAll(): Generator<Fact> {
    for (const key of this.#held.keys()) yield* this.#drop(key);
    this.#refused.clear();
  }

  *#hold(key: string, value: unknown): Generator<Fact> {
    const fact = importEndpoint(this.#exporter, value);
    const held = this.#held.get(key);
    if (!fact.ok || (held !== undefined && held.id !== fact.value.id)) yield* this.#drop(key);
    if (!fact.ok) {
      this.#refused.set(key, fact.error);
      return;
    }
    this.#refused.delete(key);
    this.#held.set(key, fact.value);
    yield fact.value;
  }

  *#drop(key: string): Generator<Fact> {
    const held = this.#held.get(key);
    this.#held.delete(key);
    this.#refused.delete(key);
    if (held !== undefined) yield { ...held, now: undefined } as Fact;
  }
}
