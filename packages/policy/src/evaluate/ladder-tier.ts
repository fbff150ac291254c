/**
 * A tier, explained: steps 3 and 5 of semantics.md section 2.
 *
 * @module
 */
import { decides } from '../moment.ts';
import { comparePolicies } from '../policy-order.ts';
import type { Policy, TieredPolicy } from '../policy.ts';
import type { Rule } from '../rule.ts';
import { phaseOf, type Tier } from '../tier.ts';
import { act, type Outcome } from './judge-tiers.ts';
import { selectsWorkload } from './judged-by.ts';
import { type Effect, ladderPolicy, type LadderStep, type StepState } from './ladder-step.ts';
import { matchesRule } from './match-rule.ts';
import type { Question } from './question.ts';
import type { View } from './view.ts';

interface Match {
  readonly policy: TieredPolicy;
  readonly rule: Rule;
}

const effects: Readonly<Record<Rule['action'], Effect>> = { Allow: 'decided', Drop: 'decided', Reject: 'decided', Pass: 'passed', Delegate: 'delegated' };

const firstMatch = (policies: readonly TieredPolicy[], question: Question): Match | undefined => {
  for (const policy of policies) {
    const rule = policy[question.direction]?.find((one) => matchesRule(one, question, policy.ref.kind));
    if (rule !== undefined) return { policy, rule };
  }
  return undefined;
};

const isOf = (tier: Tier) => (policy: Policy): policy is TieredPolicy => policy.form === 'tiered' && policy.tier === tier.name;

const stateOf = (outcome: Outcome, isReached: boolean): StepState => (!isReached ? 'notReached' : outcome === 'next' || outcome === 'leave' ? 'passed' : 'decided');

/** `all`: the view with every policy in it, those on trial included. */
export const tierStep = (tier: Tier, question: Question, all: View, isReached: boolean): { readonly step: LadderStep; readonly outcome: Outcome } => {
  const here = all.policies.filter(isOf(tier));
  const governing = here.filter((policy) => policy[question.direction] !== undefined && selectsWorkload(policy, question.subject, all)).sort(comparePolicies);
  const deciding = governing.filter(decides);
  const match = isReached ? firstMatch(deciding, question) : undefined;
  const isByDefault = isReached && match === undefined && deciding.length > 0 && tier.defaultAction === 'Drop';
  const outcome: Outcome = match !== undefined ? act(match.rule, match.policy) : isByDefault ? { verdict: 'drop', reason: 'tierDefault', tier: tier.name } : 'next';
  const policies = governing.map((policy) => ladderPolicy(policy, question, (rule) => (match?.policy === policy && match.rule === rule ? effects[rule.action] : 'none')));
  const { name, order, defaultAction } = tier;
  return { step: { kind: 'tier', tier: name, order, phase: phaseOf(tier), defaultAction, isByDefault, state: stateOf(outcome, isReached), policies, others: here.length - governing.length }, outcome };
};
