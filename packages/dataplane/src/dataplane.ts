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
import { type Chain, decisionOfCounter, diffState, type ElementChange, emptyTable, isNumberedMap, isPrintedAs, linesOfChanges, type NftState, type OwnElements, ownElements, type SameRule, StateDigest } from '@firsthop/ruleset';
import { Counters } from './counters.ts';
import type { Applied, Count, KernelPort } from './kernel-port.ts';

export interface Realized {
  readonly changes: number;
  readonly digest: string;
  /** Where the kernel's generation is known, and nobody else was there meanwhile. */
  readonly witness?: Witness;
  /** Before, nothing of ours had the kernel track connections: of those that it heard of meanwhile, it may have heard an answer first. */
  readonly tracksAnew?: true;
}

export type Outcome = Realized | { readonly error: string };

/** Of a kernel that was seen to hold a state: as long as nobody has changed anything in it, it still does. Of this boot and this namespace only. */
export interface Witness {
  readonly generation: number;
  readonly digest: string;
}

/** Rules as they were read, where there are the same; all else as it was just written: copies, which nobody else changes. What comes and goes as a whole nobody changes anyhow. */
const afterChange = (desired: NftState, before: NftState, same: SameRule): NftState =>
  new Map([...desired].map(([family, table]) => {
    const chains = [...table.chains].map(([name, chain]): [string, Chain] => {
      const read = before.get(family)?.chains.get(name);
      return [name, read !== undefined && read.rules.length === chain.rules.length && chain.rules.every((rule, i) => same(rule, read.rules[i] ?? '')) ? read : chain];
    });
    return [family, { ...table, chains: new Map(chains), maps: new Map([...table.maps].map(([name, map]) => [name, isNumberedMap(name) ? map : { ...map, elements: ownElements(map.elements) }])) }];
  }));

/** Whoever asks for the state of connections has the kernel track them. */
const tracks = (state: NftState): boolean => [...state.values()].some(({ chains }) => [...chains.values()].some(({ rules }) => rules.some((rule) => rule.includes('ct state'))));

const noState: NftState = new Map();
const copyOf = (state: NftState): NftState => afterChange(state, noState, (a, b) => a === b);

/** What the kernel holds, as far as it is known, with its name. */
interface Actual {
  readonly state: NftState;
  readonly digest: StateDigest;
}

const actualOf = (state: NftState): Actual => ({ state, digest: new StateDigest(state) });

/** Its maps are of this module's making. */
const follow = ({ state, digest }: Actual, changes: readonly ElementChange[]): void => {
  digest.follow(changes);
  const maps = state.get('inet')?.maps;
  for (const { map, key, now } of changes) {
    const elements = maps?.get(map)?.elements as OwnElements | undefined;
    if (now === undefined) elements?.delete(key);
    else elements?.set(key, now);
  }
};

const byDecision = (counts: ReadonlyMap<string, Count>): ReadonlyMap<string, Count> => new Map([...counts].map(([name, count]) => [decisionOfCounter(name) ?? name, count]));

export class Dataplane {
  readonly #port: KernelPort;
  #actual: Actual | undefined;
  #desired: NftState | undefined;
  /** The kernel was seen to hold what is desired, and nothing is known against it. */
  #isRealized = false;
  /** Since what is desired was realized last, the kernel was found not to track for us. */
  #tracksAnew = false;
  /** The generation before the last reading, or behind the last writing. What came later than that is news. */
  #seen: number | undefined;
  /** How the kernel's tools print a rule that we wrote, where that is otherwise than we wrote it. */
  readonly #printed = new Map<string, string>();

  readonly #counters: Counters;

  /** Of somebody before us. Asked once. */
  #witness: Witness | undefined;

  /** `witness`: what another one left behind, in this boot and namespace. */
  constructor(port: KernelPort, witness?: Witness) {
    this.#port = port;
    this.#witness = witness;
    this.#counters = new Counters(port);
  }

  /** `changes`: all that is other in `desired` than at the last call, whose `desired` was this same object (`RulesetRenderer`). Then nothing is compared. */
  async realize(desired: NftState, changes?: readonly ElementChange[]): Promise<Outcome> {
    const actual = this.#actual;
    if (changes !== undefined && actual !== undefined && this.#isRealized && this.#desired === desired) return this.#realizeChanges(desired, actual, changes);
    this.#desired = desired;
    this.#isRealized = false;
    this.#counters.learn(desired);
    const witnessed = this.#actual === undefined ? this.#asWitnessed(desired) : undefined;
    // It is a copy of what is desired: there is nothing to compare.
    if (witnessed !== undefined) return this.#hold(witnessed, 0);
    const before = (this.#actual ??= await this.#read());
    const { steps, waits, differences } = diffState(before.state, desired, this.#same);
    if (steps.length === 0) return this.#hold(before, 0);
    this.#tracksAnew ||= tracks(desired) && !tracks(before.state);
    // What the kernel holds from now on is its own affair until it is read again.
    this.#actual = undefined;
    let isAlone = true;
    for (const [i, lines] of steps.entries()) {
      if (waits.has(i)) await this.#port.settled?.();
      await this.#counters.retire(lines);
      const applied = await this.#port.apply(lines);
      if (!applied.ok) return { error: applied.error };
      isAlone &&= applied.value.isAlone;
      this.#follow(applied.value);
    }
    return isAlone ? this.#hold(actualOf(afterChange(desired, before.state, this.#same)), differences) : this.#readBack(desired, differences);
  }

  async #realizeChanges(desired: NftState, before: Actual, changes: readonly ElementChange[]): Promise<Outcome> {
    if (changes.length === 0) return { changes: 0, digest: before.digest.toString() };
    this.#actual = undefined;
    this.#isRealized = false;
    const lines = linesOfChanges(changes);
    const applied = await this.#port.apply(lines);
    if (!applied.ok) return { error: applied.error };
    if (!applied.value.isAlone) return this.#readBack(desired, lines.length);
    this.#follow(applied.value);
    follow(before, changes);
    return this.#hold(before, lines.length);
  }

  /** Where somebody else was there since, that stays news. */
  #follow({ generation }: Applied): void {
    if (generation !== undefined && this.#seen !== undefined && generation === this.#seen + 1) this.#seen = generation;
  }

  async #readBack(desired: NftState, changes: number): Promise<Outcome> {
    const after = await this.#read();
    this.#learn(desired, after.state);
    const left = diffState(after.state, desired, this.#same);
    if (left.steps.length > 0) return { error: `the kernel does not hold what was written: ${left.steps[0]?.[0] ?? ''}` };
    return this.#hold(after, changes);
  }

  #hold(actual: Actual, changes: number): Outcome {
    this.#actual = actual;
    this.#isRealized = true;
    const digest = actual.digest.toString();
    const realized: Realized = { changes, digest, ...(this.#tracksAnew ? { tracksAnew: true } : {}) };
    this.#tracksAnew = false;
    return this.#seen === undefined || this.isTouched() !== false ? realized : { ...realized, witness: { generation: this.#seen, digest } };
  }

  /** Undefined: nobody has seen it, or not this, or somebody was there since. */
  #asWitnessed(desired: NftState): Actual | undefined {
    const witness = this.#witness;
    this.#witness = undefined;
    if (witness === undefined || this.#port.generation?.() !== witness.generation) return undefined;
    const actual = actualOf(copyOf(desired));
    if (actual.digest.toString() !== witness.digest) return undefined;
    this.#seen = witness.generation;
    return actual;
  }

  /** Somebody, we ourselves or another, changed something since the kernel was read or written last. Undefined: the port cannot tell. */
  isTouched(): boolean | undefined {
    const now = this.#port.generation?.();
    return now === undefined || this.#seen === undefined ? undefined : now !== this.#seen;
  }

  /** Compares the kernel with what was realized last. `drift`: objects that somebody else changed; the next `realize` repairs them. */
  async verify(): Promise<{ readonly drift: number }> {
    if (this.#desired === undefined) return { drift: 0 };
    // Nobody has changed anything in this kernel since it was seen to hold what it should.
    if (this.#isRealized && this.isTouched() === false) return { drift: 0 };
    this.#actual = await this.#read();
    const { differences: drift } = diffState(this.#actual.state, this.#desired, this.#same);
    if (drift > 0) this.#isRealized = false;
    return { drift };
  }

  async #read(): Promise<Actual> {
    // Before: what changes while it is read is seen the next time.
    this.#seen = this.#port.generation?.();
    return actualOf(await this.#port.read(this.#desired));
  }

  /** The part of `counters` that this kernel does not hold any more: whoever comes after us does not find it there. */
  departed(): ReadonlyMap<string, Count> {
    return byDecision(this.#counters.left);
  }

  /** Packets and bytes by decision id. */
  async counters(): Promise<ReadonlyMap<string, Count>> {
    return byDecision(await this.#counters.counts());
  }

  readonly #same = (desired: string, actual: string): boolean => desired === actual || this.#printed.get(desired) === actual || isPrintedAs(desired, actual);

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
