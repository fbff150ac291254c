/**
 * Which policies there are at a moment, which of them decide, and what they would be if everything that is only on trial were in force.
 *
 * Evaluator and compiler both read policies through these functions, and through nothing else that they share.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import { type Policy, policyKey, type TieredPolicy } from './policy.ts';
import { holdsAt, nextEdgeOf } from './schedule.ts';

/** Outside of its window a policy is absent. `at: undefined`: every one holds. */
export const policiesAt = (policies: readonly Policy[], at: number | undefined): readonly Policy[] =>
  at === undefined ? policies : policies.filter((policy) => policy.form === 'isolating' || policy.validity === undefined || holdsAt(policy.validity, at));

/** The next moment after `at` at which one of them appears or ends. Undefined: never. */
export const nextEdge = (policies: readonly Policy[], at: number): number | undefined => {
  const edges = policies.flatMap((policy) => (policy.form === 'isolating' || policy.validity === undefined ? [] : (nextEdgeOf(policy.validity, at) ?? [])));
  return edges.length === 0 ? undefined : Math.min(...edges);
};

/** Neither on trial (Monitor) nor a draft (stage). */
export const decides = (policy: Policy): boolean => policy.form === 'isolating' || (policy.mode === 'Enforce' && policy.stage === undefined);

const isDraft = (policy: Policy): policy is TieredPolicy & { readonly stage: NonNullable<TieredPolicy['stage']> } => policy.form === 'tiered' && policy.stage !== undefined;

/** By the policy that they are about; of several for one the lowest name counts. */
const draftsOf = (policies: readonly Policy[]): ReadonlyMap<string, TieredPolicy & { readonly stage: NonNullable<TieredPolicy['stage']> }> =>
  new Map(policies.filter(isDraft).sort((a, b) => compareText(policyKey(b.ref), policyKey(a.ref))).map((draft) => [draft.stage.of, draft]));

const enforced = (policy: Policy): Policy => (policy.form === 'tiered' && policy.mode === 'Monitor' ? { ...policy, mode: 'Enforce' } : policy);

/** What `whatIf` changes: policies on trial, drafts that are about something, and what these are about. */
export const onTrial = (policies: readonly Policy[]): readonly Policy[] => {
  const drafts = draftsOf(policies);
  const known = new Set(policies.filter((policy) => !isDraft(policy)).map(({ ref }) => policyKey(ref)));
  return policies.filter((policy) => {
    if (isDraft(policy)) return policy.stage.action === 'Replace' && known.has(policy.stage.of) && drafts.get(policy.stage.of) === policy;
    return !decides(policy) || drafts.has(policyKey(policy.ref));
  });
};

/**
 * Monitor as Enforce, drafts in the place and under the name of what they are about. A draft about nothing stays out: it would
 * not be an edit.
 */
export const whatIf = (policies: readonly Policy[]): readonly Policy[] => {
  const drafts = draftsOf(policies);
  return policies.flatMap((policy): Policy[] => {
    if (isDraft(policy)) return [];
    const draft = drafts.get(policyKey(policy.ref));
    if (draft === undefined) return [enforced(policy)];
    const { stage, ...edited } = draft;
    return stage.action === 'Delete' ? [] : [enforced({ ...edited, ref: policy.ref })];
  });
};
