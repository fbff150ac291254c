/**
 * All policies as they take effect, in the order of evaluation. Made anew whenever a policy or a tier changed.
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import { allTiers, comparePolicies, inForce, type IsolatingPolicy, type Policy, type Tier, type TieredPolicy } from '@firsthop/policy';

export interface PolicyOrder {
  /** Ascending; only tiers that have policies. */
  readonly tiers: readonly { readonly tier: Tier; readonly policies: readonly TieredPolicy[] }[];
  /** By namespace and name. */
  readonly isolating: readonly IsolatingPolicy[];
}

const isolatingKey = ({ ref }: IsolatingPolicy): string[] => [ref.cluster, ref.kind, ref.namespace ?? '', ref.name];

export const orderPolicies = (policies: Iterable<Policy>, declared: readonly Tier[]): PolicyOrder => {
  const byTier = new Map<string, TieredPolicy[]>();
  const isolating: IsolatingPolicy[] = [];
  for (const written of policies) {
    const policy = inForce(written, { tiers: declared, groups: [] });
    if (policy.form === 'isolating') isolating.push(policy);
    else byTier.set(policy.tier, [...(byTier.get(policy.tier) ?? []), policy]);
  }
  return {
    tiers: allTiers(declared).flatMap((tier) => {
      const members = byTier.get(tier.name);
      return members === undefined ? [] : [{ tier, policies: members.sort(comparePolicies) }];
    }),
    isolating: isolating.sort((a, b) => compareKeys(isolatingKey(a), isolatingKey(b))),
  };
};
