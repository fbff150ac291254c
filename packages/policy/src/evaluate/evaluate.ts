/**
 * The reference evaluator: semantics.md section 2, slow and obvious. Everything else in this repository is tested against it, so it
 * knows nothing of compiler, classifier and plan, keeps nothing between two questions, and is never made faster.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { Workload } from '@firsthop/inventory';
import type { Direction } from '../rule.ts';
import { judge } from './judge.ts';
import type { Question } from './question.ts';
import { holdsAddress, viewOf } from './view.ts';
import type { Evaluation, EvaluationOptions, NameAnswers, Probe, Side, World, Worlds } from './world.ts';

/** Policy is enforced at pods that have a node and an address of their own, and at machines that have an address. */
export const isManaged = ({ kind, node, hostNetwork, endpoints }: Workload): boolean => {
  const hasAddress = endpoints.some(({ addresses }) => addresses.length > 0);
  return hasAddress && (kind === 'vm' || (kind === 'pod' && node !== undefined && !hostNetwork));
};

const managedBehind = ({ address, workload }: Side, worlds: Worlds): { readonly world: World; readonly subject: Workload } | undefined => {
  const found = [...worlds.values()].flatMap((world) => world.workloads.filter((one) => isManaged(one) && holdsAddress(one, address)).map((subject) => ({ world, subject })));
  const named = found.filter(({ subject }) => workload === undefined || subject.id === workload);
  return named.sort((a, b) => compareText(a.subject.id, b.subject.id))[0];
};

const noNames: NameAnswers = new Map();

/** What the endpoint of that side is asked; undefined where nobody is managed there. */
export const questionAt = (worlds: Worlds, probe: Probe, direction: Direction, { ipBlocks = 'all', names = noNames }: EvaluationOptions = {}): Question | undefined => {
  const [side, remote] = direction === 'egress' ? [probe.source, probe.destination] : [probe.destination, probe.source];
  const managed = managedBehind(side, worlds);
  return managed === undefined ? undefined : { view: viewOf(worlds, managed.world), direction, subject: managed.subject, remote: remote.address, probe, ipBlocks, names };
};

export const evaluate = (worlds: Worlds, probe: Probe, options: EvaluationOptions = {}): Evaluation => {
  const decideAt = (direction: Direction): ReturnType<typeof judge> | undefined => {
    const question = questionAt(worlds, probe, direction, options);
    return question === undefined ? undefined : judge(question);
  };
  const [egress, ingress] = [decideAt('egress'), decideAt('ingress')];
  const denied = egress === undefined || egress.verdict === 'allow' ? ingress : egress;
  return { verdict: denied?.verdict ?? 'allow', ...(egress === undefined ? {} : { egress }), ...(ingress === undefined ? {} : { ingress }) };
};
