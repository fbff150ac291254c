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
import { holdsAddress, viewOf } from './view.ts';
import type { Evaluation, EvaluationOptions, Probe, Side, World, Worlds } from './world.ts';

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

export const evaluate = (worlds: Worlds, probe: Probe, { ipBlocks = 'all' }: EvaluationOptions = {}): Evaluation => {
  const decideAt = (side: Side, remote: Side, direction: Direction): ReturnType<typeof judge> | undefined => {
    const managed = managedBehind(side, worlds);
    if (managed === undefined) return undefined;
    return judge({ view: viewOf(worlds, managed.world), direction, subject: managed.subject, remote: remote.address, probe, ipBlocks });
  };
  const egress = decideAt(probe.source, probe.destination, 'egress');
  const ingress = decideAt(probe.destination, probe.source, 'ingress');
  const denied = egress === undefined || egress.verdict === 'allow' ? ingress : egress;
  return { verdict: denied?.verdict ?? 'allow', ...(egress === undefined ? {} : { egress }), ...(ingress === undefined ? {} : { ingress }) };
};
