/**
 * Steps 3 and 5 of semantics.md section 2: tiers by order; in a tier policies by priority, then name; in a policy rules as listed; the
 * first match decides.
 *
 * @module
 */
import type { Decision } from '../decision.ts';
import type { Policy, TieredPolicy } from '../policy.ts';
import { comparePolicies } from '../policy-order.ts';
import type { Rule } from '../rule.ts';
import { phaseOf, type Tier, type TierPhase } from '../tier.ts';
import { selectsWorkload } from './judged-by.ts';
import { matchesRule } from './match-rule.ts';
import type { Question } from './question.ts';

/** `next`: nobody in it decided. `leave`: somebody said Delegate. */
export type Outcome = Decision | 'next' | 'leave';

export const selectsSubject = (policy: Policy, question: Question): boolean => selectsWorkload(policy, question.subject, question.view);

const isTiered = (policy: Policy): policy is TieredPolicy => policy.form === 'tiered';

/** Those that govern the subject in this direction. */
const policiesOf = (tier: Tier, question: Question): TieredPolicy[] =>
  question.view.policies
    .filter(isTiered)
    .filter((policy) => policy.tier === tier.name && policy[question.direction] !== undefined && selectsSubject(policy, question))
    .sort(comparePolicies);

/** What is told of a rule of a tier that decided. */
const ruleDecision = (verdict: Decision['verdict'], policy: TieredPolicy, rule: Rule): Decision => ({
  verdict,
  reason: 'rule',
  tier: policy.tier,
  policy: policy.ref,
  rule: { index: rule.index, ...(rule.name === undefined ? {} : { name: rule.name }), id: rule.id },
  ...(policy.owner === undefined ? {} : { owner: policy.owner }),
  ...(policy.ticket === undefined ? {} : { ticket: policy.ticket }),
  ...(rule.log ? { log: true } : {}),
});

/** What a rule that matches comes to. */
export const act = (rule: Rule, policy: TieredPolicy): Outcome => {
  switch (rule.action) {
    case 'Allow':
      return ruleDecision('allow', policy, rule);
    case 'Drop':
      return ruleDecision('drop', policy, rule);
    case 'Reject':
      return ruleDecision('reject', policy, rule);
    case 'Pass':
      return 'next';
    case 'Delegate':
      return 'leave';
  }
};

const judgeTier = (tier: Tier, question: Question): Outcome => {
  const policies = policiesOf(tier, question);
  for (const policy of policies) {
    for (const rule of policy[question.direction] ?? []) if (matchesRule(rule, question, policy.ref.kind)) return act(rule, policy);
  }
  return policies.length > 0 && tier.defaultAction === 'Drop' ? { verdict: 'drop', reason: 'tierDefault', tier: tier.name } : 'next';
};

/** Undefined: no tier of this phase decided. Delegate leaves the admin tiers at once; in a baseline tier it is the same as Pass. */
export const judgeTiers = (phase: TierPhase, question: Question): Decision | undefined => {
  for (const tier of question.view.tiers.filter((one) => phaseOf(one) === phase)) {
    const outcome = judgeTier(tier, question);
    if (outcome === 'leave' && phase === 'admin') return undefined;
    if (outcome !== 'leave' && outcome !== 'next') return outcome;
  }
  return undefined;
};
