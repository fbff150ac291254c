/**
 * Verdicts with all that belongs to them: what is only monitored, and what came nearest to allowing.
 *
 * Law: the same as the reference evaluator, and as fast as the tables allow.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import {
  decidingAt,
  type Direction,
  enforcementOf,
  type Evaluation,
  type EvaluationOptions,
  hasTrials,
  type NearestMiss,
  nearestMiss,
  type Policy,
  type Probe,
  trialsAt,
  type Verdict,
  whatIfAt,
  type World,
  type Worlds,
} from '@firsthop/policy';
import { Atlas, portOf } from './atlas.ts';
import type { Seat } from './end.ts';
import { isItself } from './itself.ts';

/** As if they were in force, since the compiler leaves out what decides nothing. */
const inEarnest = (policy: Policy): Policy => {
  if (policy.form === 'isolating') return policy;
  const { stage: _, ...rest } = policy;
  return { ...rest, mode: 'Enforce' };
};

interface Trials {
  /** Everything on trial in force. */
  readonly maybe: Atlas;
  /** Nothing but what is on trial. */
  readonly alone: Atlas;
}

const trialsOf = (worlds: Worlds, options: EvaluationOptions): Trials => {
  const alone = new Map([...trialsAt(worlds, options.at)].map(([name, world]): [string, World] => [name, { ...world, policies: world.policies.map(inEarnest) }]));
  return { maybe: new Atlas(whatIfAt(worlds, options.at), options), alone: new Atlas(alone, options) };
};

const sideOf = (probe: Probe, direction: Direction): Probe['source'] => (direction === 'egress' ? probe.source : probe.destination);

const opposite = (direction: Direction): Direction => (direction === 'egress' ? 'ingress' : 'egress');

export class Verdicts {
  readonly #atlas: Atlas;
  readonly #trials: Trials | undefined;
  readonly #options: EvaluationOptions;
  readonly #misses = new Map<string, NearestMiss | undefined>();

  constructor(worlds: Worlds, options: EvaluationOptions = {}) {
    this.#options = options;
    this.#atlas = new Atlas(decidingAt(worlds, options.at), options);
    this.#trials = hasTrials(worlds) ? trialsOf(worlds, options) : undefined;
  }

  judge(probe: Probe): Evaluation {
    const evaluation = this.#atlas.verdict(probe);
    const monitor = this.#monitor(probe);
    return monitor === undefined ? evaluation : { ...evaluation, monitor };
  }

  /** What came nearest to allowing at that side; undefined where it is allowed, not judged, or no rule would have. */
  nearestMiss(probe: Probe, direction: Direction): NearestMiss | undefined {
    const seat = this.#atlas.seat(sideOf(probe, direction));
    if (seat === undefined) return undefined;
    const { tables, judge } = seat;
    const other = sideOf(probe, opposite(direction));
    const remote = other.address;
    // What is asked before policy hangs on the workload; all else on its policy group.
    if (judge.workload.kind === 'host' || isItself(judge.workload, other) || tables.isOwnNode(judge, remote)) return this.#findMiss(seat, probe, direction);
    const key = `${tables.view.cluster} ${judge.group} ${direction} ${typeof remote} ${remote} ${probe.protocol} ${portOf(probe)}`;
    if (this.#misses.has(key)) return this.#misses.get(key);
    const miss = this.#findMiss(seat, probe, direction);
    this.#misses.set(key, miss);
    return miss;
  }

  /** Whether something on trial, or Visibility, has a say about one of the ends. */
  #monitor(probe: Probe): Verdict | undefined {
    const trials = this.#trials;
    if (trials === undefined) return undefined;
    const isTried = (['egress', 'ingress'] as const).some((direction) => {
      const side = sideOf(probe, direction);
      const workload = (trials.maybe.seat(side) ?? this.#atlas.seat(side))?.judge.workload;
      return workload !== undefined && this.#isTried(trials, workload, direction);
    });
    return isTried ? trials.maybe.verdict(probe).verdict : undefined;
  }

  #isTried({ alone }: Trials, workload: Workload, direction: Direction): boolean {
    const tables = alone.clusters.get(workload.cluster);
    const judge = tables?.judge(workload);
    if (tables === undefined) return false;
    // The workload as this world has it: where everything is in force, Visibility is Full already.
    return enforcementOf(tables.view, tables.representative(workload)) === 'Visibility' || (judge !== undefined && tables.isGoverned(judge.group, direction));
  }

  /** The evaluator is asked about a world of the two ends, and of the policies that govern the one who judges. */
  #findMiss({ tables, judge: { workload } }: Seat, probe: Probe, direction: Direction): NearestMiss | undefined {
    const { cluster, namespaces, nodes, services, tiers } = tables.view;
    const other = sideOf(probe, opposite(direction));
    const others = tables.known(other.address).filter((one) => one.id !== workload.id);
    const world: World = { cluster, workloads: [workload, ...others], namespaces, nodes, services, policies: tables.governing(workload), tiers, groups: [], clusterPeers: [], ingresses: [] };
    const side = { ...sideOf(probe, direction), workload: workload.id };
    const asked = direction === 'egress' ? { ...probe, source: side } : { ...probe, destination: side };
    return nearestMiss(new Map([[cluster, world]]), asked, direction, this.#options);
  }
}
