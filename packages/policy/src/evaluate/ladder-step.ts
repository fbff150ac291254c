/**
 * One step of an explanation, and what stands on it.
 *
 * @module
 */
import type { Enforcement } from '@firsthop/inventory';
import type { Policy, PolicyRef } from '../policy.ts';
import type { Action, Rule, RuleId } from '../rule.ts';
import type { TierPhase } from '../tier.ts';
import { describePeers, describePorts } from './describe.ts';
import { describeDifference, type Difference, differenceOf } from './difference.ts';
import type { Question } from './question.ts';

/** `passed`: it was asked, and the question went on. `notReached`: something before it had decided, or led around it. */
export type StepState = 'passed' | 'decided' | 'notReached';

/** `none`: it did not match, or was not asked any more, or is of a policy that decides nothing. */
export type Effect = 'decided' | 'passed' | 'delegated' | 'none';

export interface LadderRule {
  readonly index: number;
  readonly name?: string;
  readonly id: RuleId;
  readonly action: Action;
  /** Undefined: it matches. */
  readonly differs?: Difference['differs'];
  /** For people: what it is about, or what it did not like. */
  readonly detail: string;
  readonly effect: Effect;
}

export interface LadderPolicy {
  readonly policy: PolicyRef;
  /** Of those in tiers. */
  readonly priority?: number;
  /** `monitor` and `staged` decide nothing. */
  readonly standing: 'decides' | 'monitor' | 'staged';
  readonly rules: readonly LadderRule[];
}

interface Governing {
  readonly state: StepState;
  /** Those that govern the endpoint in this direction, in order of evaluation. */
  readonly policies: readonly LadderPolicy[];
  /** How many there are that do not. */
  readonly others: number;
}

export type LadderStep =
  | { readonly kind: 'failsafe' | 'self' | 'ownNode'; readonly state: StepState }
  | ({ readonly kind: 'tier'; readonly tier: string; readonly order: number; readonly phase: TierPhase; readonly defaultAction: 'Continue' | 'Drop'; readonly isByDefault: boolean } & Governing)
  /** `isExempt`: a pod on the way to its own node, which isolation does not keep from it. */
  | ({ readonly kind: 'isolation'; readonly isExempt: boolean } & Governing)
  | { readonly kind: 'default'; readonly state: StepState; readonly enforcement: Enforcement };

const standingOf = (policy: Policy): LadderPolicy['standing'] => (policy.form === 'isolating' ? 'decides' : policy.stage !== undefined ? 'staged' : policy.mode === 'Monitor' ? 'monitor' : 'decides');

const detailOf = (rule: Rule, difference: Difference | undefined, question: Question): string => {
  if (rule.peers.kind === 'none' || rule.ports.kind === 'none') return 'what is left of an invalid rule: it matches nothing';
  return difference === undefined ? `${describePeers(rule.peers)}, ${describePorts(rule.ports)}` : describeDifference(rule, difference, question, 'asks for');
};

/** `effectOf`: what a rule of this policy did. */
export const ladderPolicy = (policy: Policy, question: Question, effectOf: (rule: Rule) => Effect): LadderPolicy => ({
  policy: policy.ref,
  ...(policy.form === 'tiered' ? { priority: policy.priority } : {}),
  standing: standingOf(policy),
  rules: (policy[question.direction] ?? []).map((rule): LadderRule => {
    const difference = differenceOf(rule, question, policy.ref.kind);
    const { index, name, id, action } = rule;
    return { index, ...(name === undefined ? {} : { name }), id, action, ...(difference === undefined ? {} : { differs: difference.differs }), detail: detailOf(rule, difference, question), effect: effectOf(rule) };
  }),
});
