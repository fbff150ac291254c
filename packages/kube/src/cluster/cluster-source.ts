/**
 * A cluster as its API server has it: facts and policies, as they change.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import type { Fault } from '@firsthop/objects';
import { type ObjectIdentity, readIdentity } from '@firsthop/policy';
import type { ApiServer } from '../api/api-server.ts';
import type { Clock } from '../reflect/clock.ts';
import type { ObjectChange } from '../reflect/known-objects.ts';
import { Reflector } from '../reflect/reflector.ts';
import type { ReflectorNews } from '../reflect/reflector-news.ts';
import type { ReflectorTiming } from '../reflect/reflector-timing.ts';
import type { ClusterChange } from './cluster-change.ts';
import type { Kept } from './kept-object.ts';
import { kinds, type ObjectKind } from './kinds.ts';
import { ObjectBook } from './object-book.ts';

/** What is wrong with an object. Empty: nothing any more. */
export interface ObjectFaults {
  readonly kind: string;
  readonly uid: string;
  /** Undefined: it has none that can be read. */
  readonly identity: ObjectIdentity | undefined;
  readonly faults: readonly Fault[];
}

export interface ClusterSourceParts {
  readonly cluster: string;
  readonly api: ApiServer;
  readonly clock: Clock;
  /** What became true since it was last called, in the order in which it was heard. */
  readonly onChanges: (changes: readonly ClusterChange[]) => void;
  /** Everything that is there was told once; what is asked for before knows less than is there. */
  readonly onComplete: () => void;
  readonly onFaults: (faults: ObjectFaults) => void;
  readonly onNews: (kind: string, news: ReflectorNews) => void;
  readonly timing?: Partial<ReflectorTiming>;
}

export class ClusterSource {
  readonly #parts: ClusterSourceParts;
  readonly #books = new Map<ObjectKind, ObjectBook>();
  readonly #missing = new Set<ObjectKind>(kinds);
  readonly #faulty = new Set<string>();
  #waiting: ClusterChange[] = [];

  constructor(parts: ClusterSourceParts) {
    this.#parts = parts;
  }

  /** Until the signal says stop. */
  async follow(signal: AbortSignal): Promise<void> {
    const { api, clock, timing } = this.#parts;
    await Promise.all(
      kinds.map((kind) => {
        const { resource, keep } = kind;
        return new Reflector<Kept>({ api, clock, resource, keep, ...(timing === undefined ? {} : { timing }), onChange: (change) => this.#changed(kind, change), onNews: (news) => this.#heard(kind, news) }).follow(signal);
      }),
    );
  }

  #changed(kind: ObjectKind, { uid, now }: ObjectChange<Kept>): void {
    const { cluster, onFaults } = this.#parts;
    const object = readRecord(now);
    const identity = object === undefined ? undefined : readIdentity(object);
    const read = object === undefined || identity?.ok !== true || now === undefined ? { changes: [], faults: identity?.ok === false ? identity.error : [] } : kind.read(object, identity.value, cluster, now);
    this.#say(this.#bookOf(kind).put(uid, read.changes));
    if (read.faults.length === 0 && !this.#faulty.delete(uid)) return;
    if (read.faults.length > 0) this.#faulty.add(uid);
    onFaults({ kind: kind.kind, uid, identity: identity?.ok === true ? identity.value : undefined, faults: read.faults });
  }

  /** All that comes at the same time is told at once. */
  #say(changes: readonly ClusterChange[]): void {
    if (changes.length === 0) return;
    if (this.#waiting.length === 0) setImmediate(() => this.#tell());
    this.#waiting.push(...changes);
  }

  #tell(): void {
    const changes = this.#waiting;
    if (changes.length === 0) return;
    this.#waiting = [];
    this.#parts.onChanges(changes);
  }

  #heard(kind: ObjectKind, news: ReflectorNews): void {
    this.#parts.onNews(kind.kind, news);
    if ((news.kind !== 'listed' && news.kind !== 'absent') || !this.#missing.delete(kind) || this.#missing.size > 0) return;
    this.#tell();
    this.#parts.onComplete();
  }

  #bookOf(kind: ObjectKind): ObjectBook {
    const known = this.#books.get(kind) ?? new ObjectBook();
    this.#books.set(kind, known);
    return known;
  }
}
