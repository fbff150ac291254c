/**
 * Makes the kernel equal to what is desired, and knows that it is.
 *
 * Reads the kernel before the first change; after that holds what it wrote, and reads back after every change, so that
 * "realized" is a read-back and not a hope. Where the kernel has taken elements and nobody else has changed anything meanwhile, which its
 * generation tells, there is nothing that a read-back could add. Nothing is touched where nothing differs; a transaction that fails changes
 * nothing and the next pass starts from a fresh read.
 *
 * @module
 */
import { decisionOfCounter, diffState, emptyTable, type NftState, stateDigest } from '@firsthop/ruleset';
import type { Count, KernelPort } from './kernel-port.ts';

export type Outcome = { readonly changes: number; readonly digest: string } | { readonly error: string };

/** The rules as they were read, the elements as they were just written. */
const withElementsOf = (desired: NftState, actual: NftState): NftState => new Map([...actual].map(([family, table]) => [family, { ...table, maps: desired.get(family)?.maps ?? table.maps }]));

export class Dataplane {
  readonly #port: KernelPort;
  #actual: NftState | undefined;
  #desired: NftState | undefined;
  /** The generation before the last reading, or behind the last writing. What came later than that is news. */
  #seen: number | undefined;
  /** How the kernel's tools print a rule that we wrote, where that is otherwise than we wrote it. */
  readonly #printed = new Map<string, string>();

  constructor(port: KernelPort) {
    this.#port = port;
  }

  async realize(desired: NftState): Promise<Outcome> {
    this.#desired = desired;
    this.#actual ??= await this.#read();
    const { lines, differences } = diffState(this.#actual, desired, this.#same);
    if (lines.length > 0) {
      const before = this.#actual;
      const applied = await this.#port.apply(lines);
      // What the kernel holds now is its own affair until it is read again.
      this.#actual = undefined;
      if (!applied.ok) return { error: applied.error };
      if (applied.value.isAlone) {
        this.#seen = applied.value.generation;
        this.#actual = withElementsOf(desired, before);
        return { changes: differences, digest: stateDigest(this.#actual) };
      }
      const after = await this.#read();
      this.#learn(desired, after);
      const left = diffState(after, desired, this.#same);
      if (left.lines.length > 0) return { error: `the kernel does not hold what was written: ${left.lines[0] ?? ''}` };
      this.#actual = after;
    }
    return { changes: differences, digest: stateDigest(this.#actual) };
  }

  /** Somebody, we ourselves or another, changed something since the kernel was read or written last. Undefined: the port cannot tell. */
  isTouched(): boolean | undefined {
    const now = this.#port.generation?.();
    return now === undefined || this.#seen === undefined ? undefined : now !== this.#seen;
  }

  /** Compares the kernel with what was realized last. `drift`: objects that somebody else changed; the next `realize` repairs them. */
  async verify(): Promise<{ readonly drift: number }> {
    if (this.#desired === undefined) return { drift: 0 };
    this.#actual = await this.#read();
    return { drift: diffState(this.#actual, this.#desired, this.#same).differences };
  }

  async #read(): Promise<NftState> {
    // Before: what changes while it is read is seen the next time.
    this.#seen = this.#port.generation?.();
    return this.#port.read();
  }

  /** Packets and bytes by decision id. */
  async counters(): Promise<ReadonlyMap<string, Count>> {
    const all = await this.#port.counters();
    return new Map([...all].flatMap(([name, count]): [string, Count][] => [[decisionOfCounter(name) ?? name, count]]));
  }

  readonly #same = (desired: string, actual: string): boolean => desired === actual || this.#printed.get(desired) === actual;

  /** Straight after our own transaction, the nth rule of a chain is the nth that we wrote. */
  #learn(desired: NftState, after: NftState): void {
    for (const [family, { chains }] of desired) {
      for (const [name, { rules }] of chains) {
        const printed = (after.get(family) ?? emptyTable).chains.get(name)?.rules ?? [];
        if (printed.length !== rules.length) continue;
        for (const [i, rule] of rules.entries()) if (rule !== printed[i] && !this.#printed.has(rule)) this.#printed.set(rule, printed[i] ?? '');
      }
    }
  }
}
