/**
 * Why: every step of the ladder at one endpoint, in order, with every policy that governs it and every rule of theirs, and what each of them
 * did. Data only; how it is shown is the business of whoever shows it.
 *
 * It climbs on its own feet: the decision that it comes to is not asked of `judge`, and is held to be the same by a test.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import type { Decision } from '../decision.ts';
import type { Direction } from '../rule.ts';
import { phaseOf } from '../tier.ts';
import { questionIn } from './evaluate.ts';
import { isOwnNode, judgeDefault, judgeFailsafe, judgeOwnNode, judgeSelf } from './judge.ts';
import type { LadderStep, StepState } from './ladder-step.ts';
import { isolationStep } from './ladder-isolation.ts';
import { tierStep } from './ladder-tier.ts';
import type { Question } from './question.ts';
import { enforcementOf, type View, viewOf } from './view.ts';
import type { EvaluationOptions, Probe, Worlds } from './world.ts';
import { decidingAt, presentAt } from './worlds-at.ts';

export interface Ladder {
  readonly direction: Direction;
  /** Whose endpoint judges. */
  readonly subject: Pick<Workload, 'id' | 'cluster' | 'kind' | 'namespace' | 'name'>;
  readonly steps: readonly LadderStep[];
  readonly decision: Decision;
}

/** `skips`: a rule said Delegate, so no admin tier is asked any more. */
interface Climb {
  readonly steps: LadderStep[];
  decision: Decision | undefined;
  skips: boolean;
}

const take = (climb: Climb, kind: 'failsafe' | 'self' | 'ownNode', decision: Decision | undefined): void => {
  const state: StepState = climb.decision !== undefined ? 'notReached' : decision === undefined ? 'passed' : 'decided';
  climb.steps.push({ kind, state });
  climb.decision ??= decision;
};

const climbTiers = (climb: Climb, phase: 'admin' | 'baseline', question: Question, all: View): void => {
  for (const tier of question.view.tiers.filter((one) => phaseOf(one) === phase)) {
    const isReached = climb.decision === undefined && !(phase === 'admin' && climb.skips);
    const { step, outcome } = tierStep(tier, question, all, isReached);
    climb.steps.push(step);
    if (outcome === 'leave' && phase === 'admin') climb.skips = true;
    if (outcome !== 'leave' && outcome !== 'next') climb.decision = outcome;
  }
};

const climbIsolation = (climb: Climb, question: Question, all: View): void => {
  const isExempt = question.direction === 'egress' && isOwnNode(question);
  const { step, decision } = isolationStep(question, all, { isReached: climb.decision === undefined, isExempt });
  climb.steps.push(step);
  climb.decision ??= decision;
};

/** Undefined: nobody judges at that end. */
export const ladder = (worlds: Worlds, probe: Probe, direction: Direction, options: EvaluationOptions = {}): Ladder | undefined => {
  const question = questionIn(decidingAt(worlds, options.at), probe, direction, options);
  const present = presentAt(worlds, options.at);
  const world = question === undefined ? undefined : present.get(question.view.cluster);
  if (question === undefined || world === undefined) return undefined;
  const all = viewOf(present, world);
  const climb: Climb = { steps: [], decision: undefined, skips: false };
  take(climb, 'failsafe', judgeFailsafe(question));
  take(climb, 'self', judgeSelf(question));
  take(climb, 'ownNode', judgeOwnNode(question));
  climbTiers(climb, 'admin', question, all);
  climbIsolation(climb, question, all);
  climbTiers(climb, 'baseline', question, all);
  climb.steps.push({ kind: 'default', state: climb.decision === undefined ? 'decided' : 'notReached', enforcement: enforcementOf(question.view, question.subject) });
  const { id, cluster, kind, namespace, name } = question.subject;
  return { direction, subject: { id, cluster, kind, namespace, name }, steps: climb.steps, decision: climb.decision ?? judgeDefault(question) };
};
