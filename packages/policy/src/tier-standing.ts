/**
 * Whether a policy may stand in the tier that it names, and what it is when it may not.
 *
 * A policy whose tier does not exist, or is closed to its kind, is invalid as a whole: it stands in `application`, where everybody may
 * write, its allows match nothing and its other rules drop for its own subjects (semantics.md section 5). So a misspelt tier never
 * widens anything, and a namespace's editor gains nothing that was not his already.
 *
 * @module
 */
import type { PolicyError } from './policy-error.ts';
import type { Policy } from './policy.ts';
import { spoil } from './rule-draft.ts';
import { builtInTiers, type Tier } from './tier.ts';

const fallbackTier = 'application';

/** Lists of tiers never change, and every policy asks for the same one. */
const inOrder = new WeakMap<readonly Tier[], readonly Tier[]>();

/** The built-in ones and those declared, in order of evaluation. A declared tier never replaces a built-in one. */
export const allTiers = (declared: readonly Tier[]): readonly Tier[] => {
  const known = inOrder.get(declared);
  if (known !== undefined) return known;
  const added = declared.filter(({ name }) => !builtInTiers.some((tier) => tier.name === name));
  const tiers = [...builtInTiers, ...added].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  inOrder.set(declared, tiers);
  return tiers;
};

const byName = new WeakMap<readonly Tier[], ReadonlyMap<string, Tier>>();

const tierNamed = (name: string, declared: readonly Tier[]): Tier | undefined => {
  const known = byName.get(declared) ?? new Map(allTiers(declared).map((tier) => [tier.name, tier]));
  byName.set(declared, known);
  return known.get(name);
};

export const tierFault = (policy: Policy, declared: readonly Tier[]): PolicyError | undefined => {
  if (policy.form === 'isolating') return undefined;
  const tier = tierNamed(policy.tier, declared);
  const path = ['spec', 'tier'];
  if (tier === undefined) return { code: 'TIER_UNKNOWN', path, message: `there is no tier ${policy.tier}; until there is, the policy's allows match nothing and its other rules drop for its subjects` };
  if (policy.ref.kind === 'SecurityPolicy' && tier.namespaced === 'Forbidden') return { code: 'TIER_FORBIDDEN', path, message: `tier ${tier.name} takes no namespaced policies; the policy's allows match nothing and its other rules drop for its subjects` };
  return undefined;
};

/** The policy as it takes effect among these tiers. */
export const inTier = (policy: Policy, declared: readonly Tier[]): Policy => {
  if (policy.form === 'isolating' || tierFault(policy, declared) === undefined) return policy;
  return { ...policy, tier: fallbackTier, ingress: policy.ingress?.map(spoil), egress: policy.egress?.map(spoil) };
};
