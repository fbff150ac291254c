/**
 * All policies as they take effect, in the order of evaluation. Made anew whenever a policy, a tier or a group changed.
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

const inOrder = (policies: readonly Policy[], tiers: readonly Tier[]): Policy[] => {
  const position = new Map(tiers.map(({ name }, i) => [name, i]));
  const tiered = policies.filter((policy): policy is TieredPolicy => policy.form === 'tiered' && position.has(policy.tier));
  const isolating = policies.filter((policy): policy is IsolatingPolicy => policy.form === 'isolating').map((policy) => ({ policy, key: isolatingKey(policy) }));
  tiered.sort((a, b) => (position.get(a.tier) ?? 0) - (position.get(b.tier) ?? 0) || comparePolicies(a, b));
  isolating.sort((a, b) => compareKeys(a.key, b.key));
  return [...tiered, ...isolating.map(({ policy }) => policy)];
};

/** Those of one workload, still in order. */
export interface Governing {
  readonly tiers: readonly { readonly tier: Tier; readonly policies: readonly TieredPolicy[] }[];
  readonly isolating: readonly IsolatingPolicy[];
  /** Equal texts, the same policies. */
  readonly key: string;
}

export class PolicyOrder {
  readonly #rank: ReadonlyMap<Policy, number>;
  readonly #index: GoverningIndex<Policy>;
  readonly #tiers: ReadonlyMap<string, Tier>;

  /** `policies`: as they take effect (`inForce`). */
  constructor(policies: Iterable<Policy>, declared: readonly Tier[]) {
    const tiers = allTiers(declared);
    const ordered = inOrder([...policies].filter(isDeciding), tiers);
    this.#rank = new Map(ordered.map((policy, i) => [policy, i]));
    this.#index = new GoverningIndex(ordered);
    this.#tiers = new Map(tiers.map((tier) => [tier.name, tier]));
  }

  governing(selectors: ReadonlySet<SelectorKey>): Governing {
    const rankOf = (policy: Policy): number => this.#rank.get(policy) ?? 0;
    const policies = this.#index.of(selectors).sort((a, b) => rankOf(a) - rankOf(b));
    const tiers = new Map<string, TieredPolicy[]>();
    const isolating: IsolatingPolicy[] = [];
    for (const policy of policies) {
      const members = policy.form === 'tiered' ? tiers.get(policy.tier) : undefined;
      if (policy.form === 'isolating') isolating.push(policy);
      else if (members === undefined) tiers.set(policy.tier, [policy]);
      else members.push(policy);
    }
    const ofTier = ([name, members]: [string, TieredPolicy[]]): Governing['tiers'] => {
      const tier = this.#tiers.get(name);
      return tier === undefined ? [] : [{ tier, policies: members }];
    };
    return { tiers: [...tiers].flatMap(ofTier), isolating, key: policies.map(rankOf).join(' ') };
  }
}
