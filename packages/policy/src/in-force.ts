/**
 * The policy as it takes effect among the tiers and groups that there are.
 *
 * @module
 */
import type { Group } from './group.ts';
import { withGroups } from './group-standing.ts';
import type { PolicyError } from './policy-error.ts';
import type { Policy } from './policy.ts';
import type { Tier } from './tier.ts';
import { inTier, tierFault } from './tier-standing.ts';

export interface Surroundings {
  /** Declared ones; the built-in tiers are always there. */
  readonly tiers: readonly Tier[];
  readonly groups: readonly Group[];
}

export const inForce = (policy: Policy, { tiers, groups }: Surroundings): Policy => withGroups(inTier(policy, tiers), groups).policy;

/** What is wrong with the policy only because of what else there is, or is not. */
export const standingFaults = (policy: Policy, { tiers, groups }: Surroundings): readonly PolicyError[] => [tierFault(policy, tiers) ?? [], withGroups(policy, groups).errors].flat();
