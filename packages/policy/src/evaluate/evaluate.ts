/**
 * The reference evaluator: semantics.md section 2, slow and obvious. Everything else in this repository is tested against it, so it
 * knows nothing of compiler, classifier and plan, keeps nothing between two questions, and is never made faster.
 *
 * @module
 */
import type { Decision, Verdict } from '../decision.ts';
import type { Direction } from '../rule.ts';
import { judge } from './judge.ts';
import { judgedBy, selectsWorkload } from './judged-by.ts';
import type { Question } from './question.ts';
import { enforcementOf, viewOf } from './view.ts';
import { defaultFailsafe, type Evaluation, type EvaluationOptions, type NameAnswers, type Probe, type Worlds } from './world.ts';
import { decidingAt, hasTrials, trialsAt, whatIfAt } from './worlds-at.ts';

const noNames: NameAnswers = new Map();

/** What the endpoint of that side is asked where these policies decide; undefined where nobody judges. */
export const questionIn = (worlds: Worlds, probe: Probe, direction: Direction, { ipBlocks = 'all', names = noNames, failsafe = defaultFailsafe }: EvaluationOptions): Question | undefined => {
  const [side, remote] = direction === 'egress' ? [probe.source, probe.destination] : [probe.destination, probe.source];
  const judged = judgedBy(side, worlds);
  return judged === undefined ? undefined : { view: viewOf(worlds, judged.world), direction, subject: judged.subject, remote: remote.address, probe, ipBlocks, names, failsafe };
};

/** As above, at the moment that the options name. */
export const questionAt = (worlds: Worlds, probe: Probe, direction: Direction, options: EvaluationOptions = {}): Question | undefined => questionIn(decidingAt(worlds, options.at), probe, direction, options);

const decisionIn = (worlds: Worlds, probe: Probe, direction: Direction, options: EvaluationOptions): Decision | undefined => {
  const question = questionIn(worlds, probe, direction, options);
  return question === undefined ? undefined : judge(question);
};

type Decisions = Pick<Evaluation, Direction>;

const decisionsIn = (worlds: Worlds, probe: Probe, options: EvaluationOptions): Decisions => {
  const [egress, ingress] = [decisionIn(worlds, probe, 'egress', options), decisionIn(worlds, probe, 'ingress', options)];
  return { ...(egress === undefined ? {} : { egress }), ...(ingress === undefined ? {} : { ingress }) };
};

const verdictOf = ({ egress, ingress }: Decisions): Verdict => {
  const denied = egress === undefined || egress.verdict === 'allow' ? ingress : egress;
  return denied?.verdict ?? 'allow';
};

/** Whether something on trial, or Visibility, has a say about that end in that direction. */
const isTried = (worlds: Worlds, { subject: { cluster, id }, direction }: Question, at: number | undefined): boolean => {
  const trials = trialsAt(worlds, at);
  const world = trials.get(cluster);
  const subject = world?.workloads.find((one) => one.id === id);
  if (world === undefined || subject === undefined) return false;
  const view = viewOf(trials, world);
  return enforcementOf(view, subject) === 'Visibility' || view.policies.some((policy) => policy[direction] !== undefined && selectsWorkload(policy, subject, view));
};

const monitorOf = (worlds: Worlds, probe: Probe, options: EvaluationOptions): Verdict | undefined => {
  if (!hasTrials(worlds)) return undefined;
  const maybe = whatIfAt(worlds, options.at);
  const tried = (['egress', 'ingress'] as const).some((direction) => {
    const question = questionIn(maybe, probe, direction, options) ?? questionAt(worlds, probe, direction, options);
    return question !== undefined && isTried(worlds, question, options.at);
  });
  return tried ? verdictOf(decisionsIn(maybe, probe, options)) : undefined;
};

export const evaluate = (worlds: Worlds, probe: Probe, options: EvaluationOptions = {}): Evaluation => {
  const decisions = decisionsIn(decidingAt(worlds, options.at), probe, options);
  const monitor = monitorOf(worlds, probe, options);
  return { verdict: verdictOf(decisions), ...(monitor === undefined ? {} : { monitor }), ...decisions };
};
