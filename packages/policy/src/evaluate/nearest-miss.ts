/**
 * The rule that would have allowed what was denied, and the first thing about the connection that it did not like.
 *
 * A rule is a miss only if it would really have changed the verdict: it is relaxed where it differs, and the whole ladder is
 * judged again. Fewest differences come first, a port before a protocol before a peer, then the order of evaluation.
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import type { NearestMiss } from '../decision.ts';
import type { Policy } from '../policy.ts';
import { comparePolicies } from '../policy-order.ts';
import type { Direction, Rule } from '../rule.ts';
import { describeDifference, type Difference, differenceOf } from './difference.ts';
import { questionAt } from './evaluate.ts';
import { judge } from './judge.ts';
import { selectsSubject } from './judge-tiers.ts';
import type { Question } from './question.ts';
import type { EvaluationOptions, Probe, Worlds } from './world.ts';

interface Miss {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly difference: Difference;
}

/** Undefined: the rule matches as it is, and something else decided. */
const missOf = (policy: Policy, rule: Rule, question: Question): Miss | undefined => {
  const difference = differenceOf(rule, question, policy.ref.kind);
  return difference === undefined ? undefined : { policy, rule, difference };
};

/** A rule that matches nothing whatever comes (what is left of an invalid one) was never near to anything. */
const isMeant = ({ action, peers, ports }: Rule): boolean => action === 'Allow' && peers.kind !== 'none' && ports.kind !== 'none';

const missesOf = (question: Question): Miss[] =>
  question.view.policies
    .filter((policy) => selectsSubject(policy, question))
    .flatMap((policy) => (policy[question.direction] ?? []).filter(isMeant).flatMap((rule) => missOf(policy, rule, question) ?? []));

const RANK = { port: 0, protocol: 1, peer: 2 } as const;

const compareMisses = ({ view }: Question) => (a: Miss, b: Miss): number => {
  const orderOf = ({ policy }: Miss): number => (policy.form === 'isolating' ? 1000 : (view.tiers.find(({ name }) => name === policy.tier)?.order ?? 0));
  const key = (miss: Miss): (string | number)[] => [miss.difference.count, RANK[miss.difference.differs], orderOf(miss)];
  const sameTier = a.policy.form === 'tiered' && b.policy.form === 'tiered' ? comparePolicies(a.policy, b.policy) : 0;
  const name = ({ policy: { ref }, rule }: Miss): (string | number)[] => [ref.cluster, ref.namespace ?? '', ref.name, rule.index];
  return compareKeys(key(a), key(b)) || sameTier || compareKeys(name(a), name(b));
};

const relax = (policy: Policy, { rule, difference: { relaxed }, policy: of }: Miss, direction: Direction): Policy => {
  const rules = policy[direction];
  return policy !== of || rules === undefined ? policy : { ...policy, [direction]: rules.map((one) => (one === rule ? relaxed : one)) };
};

/** Whether the rule would have been the one that allows. */
const wouldAllow = (miss: Miss, question: Question): boolean => {
  const policies = question.view.policies.map((policy) => relax(policy, miss, question.direction));
  const decision = judge({ ...question, view: { ...question.view, policies } });
  return decision.verdict === 'allow' && decision.rule?.id === miss.rule.id;
};

/** What came nearest to allowing at that side; undefined where it is allowed, not judged, or no rule would have. */
export const nearestMiss = (worlds: Worlds, probe: Probe, direction: Direction, options: EvaluationOptions = {}): NearestMiss | undefined => {
  const question = questionAt(worlds, probe, direction, options);
  if (question === undefined || judge(question).verdict === 'allow') return undefined;
  const miss = missesOf(question)
    .sort(compareMisses(question))
    .find((one) => wouldAllow(one, question));
  if (miss === undefined) return undefined;
  const { rule, difference } = miss;
  return { policy: miss.policy.ref, rule: { index: rule.index, ...(rule.name === undefined ? {} : { name: rule.name }), id: rule.id }, differs: difference.differs, detail: describeDifference(rule, difference, question, 'allows') };
};
