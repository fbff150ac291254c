/**
 * Counts of the kernel, by what they count for: of counters with a name, and of elements. What goes leaves its count behind: the sum never
 * shrinks.
 *
 * It is taken away when nothing leads to it any more, so that what it counted is final when it is read.
 *
 * @module
 */
import { type NftState, TABLE } from '@firsthop/ruleset';
import { setImmediate } from 'node:timers/promises';
import type { Count, KernelPort } from './kernel-port.ts';

const deletion = new RegExp(`^delete element inet ${TABLE} (\\S+) \\{ (.+) \\}$`);
const end = new RegExp(`^delete (?:map|set) inet ${TABLE} (\\S+)$`);
const namedEnd = new RegExp(`^delete counter inet ${TABLE} (\\S+)$`);

/** In place of a map: counters with a name, each of which counts for its name. */
const NAMED = '';

/** After so long, others have their turn. */
const longestReadingMs = 5;

const add = (to: Map<string, Count>, name: string, { packets, bytes }: Count): void => {
  const before = to.get(name);
  to.set(name, { packets: (before?.packets ?? 0) + packets, bytes: (before?.bytes ?? 0) + bytes });
};

export class Counters {
  readonly #port: KernelPort;
  /** By map and key. */
  readonly #owners = new Map<string, Map<string, string>>();
  readonly #left = new Map<string, Count>();
  /** By map and key, at the last reading. */
  readonly #read = new Map<string, Map<string, Count>>();

  constructor(port: KernelPort) {
    this.#port = port;
  }

  /** Of what is about to be written. */
  learn(desired: NftState): void {
    for (const [name, { counts }] of desired.get('inet')?.maps ?? []) {
      if (counts === undefined || counts.size === 0) continue;
      const known = this.#owners.get(name);
      if (known === undefined) this.#owners.set(name, new Map(counts));
      else for (const [key, owner] of counts) known.set(key, owner);
    }
  }

  /** The part of the sum that the kernel does not hold any more. */
  get left(): ReadonlyMap<string, Count> {
    return this.#left;
  }

  /** To be called before these lines are applied. */
  async retire(lines: readonly string[]): Promise<void> {
    for (const [name, keys] of this.#deleted(lines)) {
      const counts = await this.#countsOf(name);
      const [owners, read] = [this.#owners.get(name), this.#read.get(name)];
      for (const key of keys) {
        const [owner, count] = [this.#ownerOf(name, key), counts.get(key)];
        if (owner !== undefined && count !== undefined) add(this.#left, owner, count);
        owners?.delete(key);
        read?.delete(key);
      }
      if (owners?.size === 0) {
        this.#owners.delete(name);
        this.#read.delete(name);
      }
    }
  }

  /** By owner. Takes its time where there are very many, and lets others go on meanwhile, also `retire`. */
  async counts(): Promise<ReadonlyMap<string, Count>> {
    let begun = performance.now();
    for (const name of [NAMED, ...this.#owners.keys()]) {
      this.#take(name, await this.#countsOf(name));
      if (performance.now() - begun < longestReadingMs) continue;
      await setImmediate();
      begun = performance.now();
    }
    const sum = new Map(this.#left);
    for (const [name, counts] of this.#read)
      for (const [key, count] of counts) {
        const owner = this.#ownerOf(name, key);
        if (owner !== undefined) add(sum, owner, count);
      }
    return sum;
  }

  #take(name: string, counts: ReadonlyMap<string, Count>): void {
    if (name !== NAMED && !this.#owners.has(name)) return;
    for (const [key, before] of this.#read.get(name) ?? []) {
      const owner = this.#ownerOf(name, key);
      // Somebody else took it away, and we have made it again.
      if (owner !== undefined && (counts.get(key)?.packets ?? 0) < before.packets) add(this.#left, owner, before);
    }
    this.#read.set(name, new Map(counts));
  }

  async #countsOf(name: string): Promise<ReadonlyMap<string, Count>> {
    return (name === NAMED ? await this.#port.counters() : await this.#port.elementCounts?.(name)) ?? new Map<string, Count>();
  }

  #ownerOf(name: string, key: string): string | undefined {
    return name === NAMED ? key : this.#owners.get(name)?.get(key);
  }

  #deleted(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const keys = new Map<string, string[]>();
    const put = (name: string, some: readonly string[]): void => void keys.set(name, [...(keys.get(name) ?? []), ...some]);
    for (const line of lines) {
      const [counter, whole] = [namedEnd.exec(line)?.[1], end.exec(line)?.[1]];
      const [, name, text] = deletion.exec(line) ?? [];
      if (counter !== undefined) put(NAMED, [counter]);
      else if (whole !== undefined) keys.set(whole, [...(this.#owners.get(whole)?.keys() ?? [])]);
      else if (name !== undefined && text !== undefined && this.#owners.has(name)) put(name, text.split(', '));
    }
    return keys;
  }
}
