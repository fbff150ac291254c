/**
 * All policies as they take effect: which of them govern a workload, in the order of evaluation.
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import { allTiers, comparePolicies, type IsolatingPolicy, type Policy, type Tier, type TieredPolicy } from '@firsthop/policy';
import { GoverningIndex } from './governing.ts';
import type { SelectorKey } from './selector-key.ts';

const isolatingKey = ({ ref }: IsolatingPolicy): string[] => [ref.cluster, ref.kind, ref.namespace ?? '', ref.name];

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

  governing(selectors: ReadonlySet<SelectorKey>): Governing {
    const policies = this.#index.of(selectors);
    const tiered = policies.filter((policy) => policy.form === 'tiered').filter(({ tier }) => this.#places.has(tier));
    const isolating = policies.filter((policy) => policy.form === 'isolating');
    if (tiered.length > 1) tiered.sort((a, b) => this.#place(a) - this.#place(b) || comparePolicies(a, b));
    if (isolating.length > 1) isolating.sort((a, b) => compareKeys(isolatingKey(a), isolatingKey(b)));
    const tiers = new Map<string, TieredPolicy[]>();
    for (const policy of tiered) {
      const members = tiers.get(policy.tier);
      if (members === undefined) tiers.set(policy.tier, [policy]);
      else members.push(policy);
    }
    const ofTier = ([name, members]: [string, TieredPolicy[]]): Governing['tiers'] => {
      const tier = this.#tiers.get(name);
      return tier === undefined ? [] : [{ tier, policies: members }];
    };
    const inTiers = [...tiers].flatMap(ofTier);
    return { tiers: inTiers, isolating, key: [...inTiers.flatMap(({ tier, policies: some }) => [tier, ...some]), ...isolating].map(numberOf).join(' ') };
  }

  #place({ tier }: TieredPolicy): number {
    return this.#places.get(tier) ?? 0;
  }
}
