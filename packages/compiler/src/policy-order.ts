/**
 * All policies as they take effect: which of them govern a workload, in the order of evaluation.
 *
 * @module
 */
import { compareKeys, type SetView } from '@firsthop/base';
import { allTiers, comparePolicies, type IsolatingPolicy, type Policy, type Tier, type TieredPolicy } from '@firsthop/policy';
import { GoverningIndex } from './governing.ts';
import type { SelectorKey } from './selector-key.ts';

/** Sorted once for each label set that it governs: with ten thousand of them in one namespace, a key is asked for very often. */
const isolatingKeys = new WeakMap<IsolatingPolicy, readonly string[]>();
const isolatingKey = (policy: IsolatingPolicy): readonly string[] => {
  const known = isolatingKeys.get(policy);
  if (known !== undefined) return known;
  const { ref } = policy;
  const key = [ref.cluster, ref.kind, ref.namespace ?? '', ref.name];
  isolatingKeys.set(policy, key);
  return key;
};

/** Monitor policies and staged edits decide nothing. */
const isDeciding = (policy: Policy): boolean => policy.form === 'isolating' || (policy.mode === 'Enforce' && policy.stage === undefined);

/** Those of one workload, still in order. */
export interface Governing {
  readonly tiers: readonly { readonly tier: Tier; readonly policies: readonly TieredPolicy[] }[];
  readonly isolating: readonly IsolatingPolicy[];
  /** Equal texts, the same policies in the same tiers. */
  readonly key: string;
}

/** Another one for each policy and each tier, for as long as this program runs. */
const numbers = new WeakMap<Policy | Tier, number>();
let lastNumber = 0;
const numberOf = (one: Policy | Tier): number => {
  const known = numbers.get(one);
  if (known !== undefined) return known;
  numbers.set(one, ++lastNumber);
  return lastNumber;
};

export class PolicyOrder {
  readonly #index = new GoverningIndex<Policy>();
  #tiers: ReadonlyMap<string, Tier> = new Map();
  #places: ReadonlyMap<string, number> = new Map();

  constructor(declared: readonly Tier[] = []) {
    this.setTiers(declared);
  }

  setTiers(declared: readonly Tier[]): void {
    const tiers = allTiers(declared);
    this.#tiers = new Map(tiers.map((tier) => [tier.name, tier]));
    this.#places = new Map(tiers.map(({ name }, i) => [name, i]));
  }

  /** Policies as they take effect (`inForce`). */
  replace(was: Policy | undefined, now: Policy | undefined): void {
    if (was !== undefined && isDeciding(was)) this.#index.delete(was);
    if (now !== undefined && isDeciding(now)) this.#index.add(now);
  }

  governing(selectors: SetView<SelectorKey>): Governing {
    const [tiered, isolating]: [TieredPolicy[], IsolatingPolicy[]] = [[], []];
    for (const policy of this.#index.of(selectors))
      if (policy.form === 'isolating') isolating.push(policy);
      else if (this.#places.has(policy.tier)) tiered.push(policy);
    if (tiered.length > 1) tiered.sort((a, b) => this.#place(a) - this.#place(b) || comparePolicies(a, b));
    if (isolating.length > 1) isolating.sort((a, b) => compareKeys(isolatingKey(a), isolatingKey(b)));
    const tiers = tiered.length === 0 ? [] : this.#inTiers(tiered);
    let key = '';
    for (const { tier, policies } of tiers) for (const one of [tier, ...policies]) key += ` ${numberOf(one)}`;
    for (const one of isolating) key += ` ${numberOf(one)}`;
    return { tiers, isolating, key };
  }

  /** `tiered`: in order. */
  #inTiers(tiered: readonly TieredPolicy[]): Governing['tiers'] {
    const byTier = new Map<string, TieredPolicy[]>();
    for (const policy of tiered) {
      const members = byTier.get(policy.tier);
      if (members === undefined) byTier.set(policy.tier, [policy]);
      else members.push(policy);
    }
    return [...byTier].flatMap(([name, policies]) => {
      const tier = this.#tiers.get(name);
      return tier === undefined ? [] : [{ tier, policies }];
    });
  }

  #place({ tier }: TieredPolicy): number {
    return this.#places.get(tier) ?? 0;
  }
}
