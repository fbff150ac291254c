/**
 * Step 4: NetworkPolicy. Selected by at least one in this direction: allowed if any rule of any of them matches, else dropped.
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import type { Decision } from '../decision.ts';
import type { IsolatingPolicy, Policy } from '../policy.ts';
import { selectsSubject } from './judge-tiers.ts';
import { matchesRule } from './match-rule.ts';
import type { Question } from './question.ts';

export const isIsolating = (policy: Policy): policy is IsolatingPolicy => policy.form === 'isolating';

export const compareByName = (a: IsolatingPolicy, b: IsolatingPolicy): number => {
  const key = ({ ref }: IsolatingPolicy): string[] => [ref.cluster, ref.kind, ref.namespace ?? '', ref.name];
  return compareKeys(key(a), key(b));
};

/** Undefined: not isolated in this direction. Where several allow, the lowest (namespace, name, rule index) is named. */
export const judgeIsolation = (question: Question): Decision | undefined => {
  const policies = question.view.policies
    .filter(isIsolating)
    .filter((policy) => policy[question.direction] !== undefined && selectsSubject(policy, question))
    .sort(compareByName);
  if (policies.length === 0) return undefined;
  for (const { ref, [question.direction]: rules } of policies) {
    const rule = rules?.find((one) => matchesRule(one, question, ref.kind));
    if (rule !== undefined) return { verdict: 'allow', reason: 'rule', policy: ref, rule: { index: rule.index, ...(rule.name === undefined ? {} : { name: rule.name }), id: rule.id } };
  }
  return { verdict: 'drop', reason: 'isolated', isolatedBy: policies.map(({ ref }) => ref) };
};
