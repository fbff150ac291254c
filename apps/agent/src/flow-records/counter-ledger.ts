/**
 * What each decision has counted since somebody started to look, whatever became of the kernel's counters meanwhile.
 *
 * A counter that was deleted and made again starts at zero. So what is added is how far it grew since the last reading, and all of it where it is
 * below the last reading. Laws: a total never goes back, and never counts a packet twice. What was counted between the last reading and a
 * deletion is gone, and so is as much again if the new counter has outgrown the old one unseen; whoever reads before and after misses nothing.
 *
 * @module
 */
import type { Count } from '@firsthop/dataplane';

export interface Total extends Count {
  /** Allowed ones, as connection tracking tells their beginnings. */
  readonly connections: number;
  /** Milliseconds since 1970, of the reading that first saw the last increase. Undefined: never. */
  readonly lastHit?: number;
}

interface Entry {
  packets: number;
  bytes: number;
  connections: number;
  lastHit: number | undefined;
  /** The kernel's, at the last reading. Undefined: it was not there. */
  read: Count | undefined;
}

/** For another ledger, which goes on from here. */
export interface Kept extends Total {
  readonly id: string;
  /** Of it, what the kernel held at the last reading. */
  readonly held: Count;
}

const nothing: Count = { packets: 0, bytes: 0 };

/** Of counters that are gone; beyond it the oldest are forgotten. */
const mostGone = 20_000;

export class CounterLedger {
  readonly #entries = new Map<string, Entry>();
  /** The next reading is the first one behind a gap in which nobody looked. */
  #isResumed = false;

  /** `isSameKernel`: their counters may still be there, and have gone on. To be called before anything is taken. */
  resume(kept: readonly Kept[], isSameKernel: boolean): void {
    this.#isResumed = isSameKernel;
    for (const { id, held, lastHit, ...total } of kept) this.#entries.set(id, { ...total, lastHit, read: isSameKernel ? held : undefined });
  }

  /** `departed`: what of the last reading the kernel does not hold any more. Those that have counted nothing are left out. */
  kept(departed: ReadonlyMap<string, Count>): readonly Kept[] {
    return [...this.#entries].flatMap(([id, { packets, bytes, connections, lastHit, read }]): Kept[] => {
      if (packets === 0 && connections === 0) return [];
      const [all, gone] = [read ?? nothing, departed.get(id) ?? nothing];
      return [{ id, packets, bytes, connections, ...(lastHit === undefined ? {} : { lastHit }), held: { packets: Math.max(0, all.packets - gone.packets), bytes: Math.max(0, all.bytes - gone.bytes) } }];
    });
  }

  /** All counters of the kernel at one moment, by decision id. `at`: milliseconds since 1970. */
  take(reading: ReadonlyMap<string, Count>, at: number): void {
    for (const [id, now] of reading) {
      const entry = this.#of(id);
      const isLess = entry.read !== undefined && (now.packets < entry.read.packets || now.bytes < entry.read.bytes);
      // Behind a gap less may be left of what is counted already: better too few than twice.
      const before = isLess ? (this.#isResumed ? now : nothing) : (entry.read ?? nothing);
      const packets = now.packets - before.packets;
      if (packets > 0) entry.lastHit = at;
      entry.packets += packets;
      entry.bytes += now.bytes - before.bytes;
      entry.read = now;
    }
    this.#isResumed = false;
    const gone: string[] = [];
    for (const [id, entry] of this.#entries) {
      if (reading.has(id)) continue;
      entry.read = undefined;
      gone.push(id);
    }
    for (const id of gone.slice(0, Math.max(0, gone.length - mostGone))) this.#entries.delete(id);
  }

  /** A connection of this decision began. */
  begun(id: string, at: number): void {
    const entry = this.#of(id);
    entry.connections++;
    entry.lastHit = Math.max(entry.lastHit ?? at, at);
  }

  totals(): ReadonlyMap<string, Total> {
    return new Map([...this.#entries].map(([id, { packets, bytes, connections, lastHit }]) => [id, { packets, bytes, connections, ...(lastHit === undefined ? {} : { lastHit }) }]));
  }

  #of(id: string): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const made: Entry = { packets: 0, bytes: 0, connections: 0, lastHit: undefined, read: undefined };
    this.#entries.set(id, made);
    return made;
  }
}
