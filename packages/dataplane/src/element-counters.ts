/**
 * Counts of elements, by what they count for. An element that goes leaves its count behind: the sum never shrinks.
 *
 * Such elements are taken away when nothing leads to them any more, so that what they counted is final when it is read.
 *
 * @module
 */
import { type NftState, TABLE } from '@firsthop/ruleset';
import type { Count, KernelPort } from './kernel-port.ts';

const deletion = new RegExp(`^delete element inet ${TABLE} (\\S+) \\{ (.+) \\}$`);
const end = new RegExp(`^delete map inet ${TABLE} (\\S+)$`);

const add = (to: Map<string, Count>, name: string, { packets, bytes }: Count): void => {
  const before = to.get(name);
  to.set(name, { packets: (before?.packets ?? 0) + packets, bytes: (before?.bytes ?? 0) + bytes });
};

const without = (counts: ReadonlyMap<string, Count>, keys: ReadonlySet<string>): ReadonlyMap<string, Count> => new Map([...counts].filter(([key]) => !keys.has(key)));

export class ElementCounters {
  readonly #port: KernelPort;
  /** By map and key. */
  readonly #owners = new Map<string, Map<string, string>>();
  readonly #left = new Map<string, Count>();
  /** By map and key, at the last reading. */
  readonly #read = new Map<string, ReadonlyMap<string, Count>>();

  constructor(port: KernelPort) {
    this.#port = port;
  }

  /** Of what is about to be written. */
  learn(desired: NftState): void {
    for (const [name, { counts }] of desired.get('inet')?.maps ?? []) {
      if (counts === undefined) continue;
      const known = this.#owners.get(name);
      if (known === undefined) this.#owners.set(name, new Map(counts));
      else for (const [key, owner] of counts) known.set(key, owner);
    }
  }

  /** To be called before these lines are applied. */
  async retire(lines: readonly string[]): Promise<void> {
    for (const [name, keys] of this.#deleted(lines)) {
      const counts = (await this.#port.elementCounts?.(name)) ?? new Map<string, Count>();
      const owners = this.#owners.get(name);
      for (const key of keys) {
        const [owner, count] = [owners?.get(key), counts.get(key)];
        if (owner !== undefined && count !== undefined) add(this.#left, owner, count);
        owners?.delete(key);
      }
      this.#read.set(name, without(counts, new Set(keys)));
      if (owners?.size === 0) {
        this.#owners.delete(name);
        this.#read.delete(name);
      }
    }
  }

  /** By owner. */
  async counts(): Promise<ReadonlyMap<string, Count>> {
    const now = new Map<string, Count>();
    for (const [name, owners] of this.#owners) {
      const counts = (await this.#port.elementCounts?.(name)) ?? new Map<string, Count>();
      for (const [key, before] of this.#read.get(name) ?? []) {
        const owner = owners.get(key);
        // Somebody else took it away, and we have made it again.
        if (owner !== undefined && (counts.get(key)?.packets ?? 0) < before.packets) add(this.#left, owner, before);
      }
      this.#read.set(name, counts);
      for (const [key, count] of counts) {
        const owner = owners.get(key);
        if (owner !== undefined) add(now, owner, count);
      }
    }
    for (const [owner, count] of this.#left) add(now, owner, count);
    return now;
  }

  #deleted(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const keys = new Map<string, string[]>();
    for (const line of lines) {
      const [, name, text] = deletion.exec(line) ?? [];
      const whole = end.exec(line)?.[1];
      if (whole !== undefined && this.#owners.has(whole)) keys.set(whole, [...(this.#owners.get(whole)?.keys() ?? [])]);
      if (name === undefined || text === undefined || !this.#owners.has(name)) continue;
      keys.set(name, [...(keys.get(name) ?? []), ...text.split(', ')]);
    }
    return keys;
  }
}
