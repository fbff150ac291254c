/**
 * NetworkPolicy, explained: step 4 of semantics.md section 2.
 *
 * @module
 */
import type { Decision } from '../decision.ts';
import type { IsolatingPolicy } from '../policy.ts';
import type { Rule } from '../rule.ts';
import { compareByName, isIsolating } from './judge-isolation.ts';
import { selectsWorkload } from './judged-by.ts';
import { ladderPolicy, type LadderStep } from './ladder-step.ts';
import { matchesRule } from './match-rule.ts';
import type { Question } from './question.ts';
import type { View } from './view.ts';

interface Situation {
  readonly isReached: boolean;
  readonly isExempt: boolean;
}

const firstMatch = (policies: readonly IsolatingPolicy[], question: Question): { readonly policy: IsolatingPolicy; readonly rule: Rule } | undefined => {
  for (const policy of policies) {
    const rule = policy[question.direction]?.find((one) => matchesRule(one, question, policy.ref.kind));
    if (rule !== undefined) return { policy, rule };
  }
  return undefined;
};

export const isolationStep = (question: Question, all: View, { isReached, isExempt }: Situation): { readonly step: LadderStep; readonly decision: Decision | undefined } => {
  const here = all.policies.filter(isIsolating);
  const isolating = here.filter((policy) => policy[question.direction] !== undefined && selectsWorkload(policy, question.subject, all)).sort(compareByName);
  const isAsked = isReached && !isExempt && isolating.length > 0;
  const match = isAsked ? firstMatch(isolating, question) : undefined;
  const policies = isolating.map((policy) => ladderPolicy(policy, question, (rule) => (match?.policy === policy && match.rule === rule ? 'decided' : 'none')));
  const step: LadderStep = { kind: 'isolation', isExempt, state: isAsked ? 'decided' : isReached ? 'passed' : 'notReached', policies, others: here.length - isolating.length };
  if (!isAsked) return { step, decision: undefined };
  if (match === undefined) return { step, decision: { verdict: 'drop', reason: 'isolated', isolatedBy: isolating.map(({ ref }) => ref) } };
  const { index, name, id } = match.rule;
  return { step, decision: { verdict: 'allow', reason: 'rule', policy: match.policy.ref, rule: { index, ...(name === undefined ? {} : { name }), id } } };
};
