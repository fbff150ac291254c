/**
 * A world as the node's kernel is to hold it, by way of compiler, classifier and ruleset; and what the kernel's counters mean.
 *
 * @module
 */
import { worldChanges } from '@firsthop/analysis';
import { Classifier, type ClassTables, type Decision as Judged } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import { exclusivePrefixes, type Topology } from '@firsthop/lab';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import type { Decision, Direction, World } from '@firsthop/policy';
import { type Encoding, type NftState, renderRuleset } from '@firsthop/ruleset';
import { answers } from '../random-world.ts';

/** Breaks the tables on their way to the kernel. */
export type Alter = (tables: ClassTables) => ClassTables;

export interface EnforcedState {
  readonly state: NftState;
  /** What a decision's counter counts, by the decision's id. */
  readonly meanings: ReadonlyMap<string, string>;
}

/** What evaluator and tables both know of a decision. */
const meaning = (direction: Direction, { verdict, reason, tier, policy, rule, isolatedBy }: Decision): string => JSON.stringify({ direction, verdict, reason, tier, policy, rule, isolatedBy });
const ofTables = ({ verdict, attribution: { direction, ...rest } }: Judged): string => meaning(direction, { verdict, ...rest } as Decision);

/** Undefined: it is decided before any policy, and no counter of a decision tells. */
export const meaningOf = (direction: Direction, decision: Decision): string | undefined => (decision.reason === 'self' || decision.reason === 'ownNode' ? undefined : meaning(direction, decision));

const workloadOf = ({ workloads }: Topology, { workload }: PlanEndpoint): Topology['workloads'][number] => {
  const found = workloads.find(({ name }) => workload.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`${workload} does not stand on this ground`);
  return found;
};

const viaOf = ({ kind, device }: Topology['workloads'][number]): EndpointBinding['via'] => (kind === 'pod' ? { kind: 'routed', device } : { kind: 'bridged', bridge: 'fhbr0', port: device });

export const enforcedState = (world: World, topology: Topology, encoding: Encoding, alter: Alter): EnforcedState => {
  const compiler = new Compiler({ cluster: world.cluster, names: answers });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch: 1, watermarks: new Map() });
  const plan = compiler.snapshot('n1');
  if (plan === undefined) throw new Error('there is a plan after a flush');
  const endpoints = new Map([...plan.endpoints].map(([id, endpoint]): [string, PlanEndpoint] => [id, { ...endpoint, mac: workloadOf(topology, endpoint).mac }]));
  const classifier = new Classifier();
  classifier.replace({ ...plan, endpoints });
  const tables = alter(classifier.tables());
  const bindings = [...endpoints.values()].map((endpoint): EndpointBinding => ({ endpoint: endpoint.id, via: viaOf(workloadOf(topology, endpoint)) }));
  return { state: renderRuleset({ tables, bindings, host: { exclusivePrefixes } }, encoding), meanings: new Map([...tables.decisions.values()].map((decision) => [decision.id, ofTables(decision)])) };
};
