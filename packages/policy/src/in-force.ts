/**
 * The policy as it takes effect among the tiers and groups that there are, and within the quotas.
 *
 * @module
 */
import type { Group } from './group.ts';
import { withGroups } from './group-standing.ts';
import type { PolicyError } from './policy-error.ts';
import type { Policy } from './policy.ts';
import { type Path } from './reading.ts';
import { quotaFaults, type QuotaUse, quotaUses, quotaWarnings, withinQuotas } from './quotas.ts';
import type { Tier } from './tier.ts';
import { inTier, tierFault } from './tier-standing.ts';

export interface Surroundings {
  /** Declared ones; the built-in tiers are always there. */
  readonly tiers: readonly Tier[];
  readonly groups: readonly Group[];
}

export const inForce = (policy: Policy, { tiers, groups }: Surroundings): Policy => withinQuotas(withGroups(inTier(policy, tiers), groups).policy);

/** What is wrong with the policy only because of what else there is, or is not, or because it is too large. */
export const standingFaults = (policy: Policy, { tiers, groups }: Surroundings): readonly PolicyError[] => {
  const named = withGroups(policy, groups);
  return [tierFault(policy, tiers) ?? [], named.errors, quotaFaults(named.policy)].flat();
};

/** What will be wrong with it soon: it is near a quota. */
export const standingWarnings = (policy: Policy, { groups }: Surroundings): readonly { readonly path: Path; readonly message: string }[] => quotaWarnings(withGroups(policy, groups).policy);

/** The quotas that it is near, or over. */
export const usedQuotas = (policy: Policy, { groups }: Surroundings): readonly QuotaUse[] => quotaUses(withGroups(policy, groups).policy);
