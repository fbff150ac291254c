import { type Policy, policyKey, type QuotaUse, type Surroundings, usedQuotas } from '@firsthop/policy';

/** The quotas that each policy is near, or over, by its `policyKey`; nearly all policies are not in it. */
export type QuotasInUse = ReadonlyMap<string, readonly QuotaUse[]>;

/** Of the policies of one generation, as they were written. */
export const quotasInUse = (policies: readonly Policy[], surroundings: Surroundings): QuotasInUse =>
  new Map(policies.map((policy): [string, readonly QuotaUse[]] => [policyKey(policy.ref), usedQuotas(policy, surroundings)]).filter(([, uses]) => uses.length > 0));
