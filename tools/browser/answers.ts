/**
 * Everything that a console asks of the engine about one set of worlds, as one text: asked in a page and in Node, and compared.
 *
 * @module
 */
import type { Decision, Direction, Probe, World, Worlds } from '@firsthop/policy';
import type * as Engine from './engine.ts';

/** Another engine, or a spoiled one, may be asked the same. */
export type Asked = Pick<typeof Engine, 'Atlas' | 'Verdicts' | 'connectivity' | 'differences' | 'evaluate' | 'ladder' | 'reachFrom'>;

const ports = [22, 53, 80, 443, 8080];

/** Of many workloads, some from everywhere in the list, each to each. */
const probesOf = (worlds: Worlds): Probe[] => {
  const addresses = [...worlds.values()].flatMap(({ workloads }) => workloads.flatMap(({ endpoints }) => endpoints.flatMap((endpoint) => endpoint.addresses.slice(0, 1))));
  const some = addresses.filter((_, i) => i % Math.ceil(addresses.length / 8) === 0);
  return some.flatMap((source) => some.flatMap((destination) => ports.map((port): Probe => ({ source: { address: source }, destination: { address: destination }, protocol: port === 53 ? 17 : 6, port }))));
};

const withoutFirstPolicy = (world: World): World => ({ ...world, policies: world.policies.slice(1) });
const short = (decision: Decision | undefined): string => (decision === undefined ? '-' : `${decision.verdict} ${decision.reason} ${decision.policy?.name ?? ''} ${decision.rule?.id ?? ''}`);

export interface Answers {
  readonly lines: number;
  readonly probes: number;
  /** What is compared. */
  readonly text: string;
}

/** `drop`: leave out a policy, as a mistake would. */
export const answers = (engine: Asked, given: Worlds, drop = false): Answers => {
  const edited: Worlds = new Map([...given].map(([name, world]) => [name, withoutFirstPolicy(world)]));
  const worlds = drop ? edited : given;
  const probes = probesOf(worlds);
  const [atlas, verdicts] = [new engine.Atlas(worlds), new engine.Verdicts(worlds)];
  const list = engine.connectivity(worlds, { explain: true });
  const judged = probes.map((probe) => {
    const misses = (['egress', 'ingress'] as const satisfies readonly Direction[]).map((direction) => verdicts.nearestMiss(probe, direction)?.detail ?? '');
    return [verdicts.judge(probe), misses, short(atlas.verdict(probe).ingress), short(engine.evaluate(worlds, probe).ingress)];
  });
  const [first] = probes;
  const steps = first === undefined ? [] : [engine.ladder(worlds, first, 'ingress'), engine.ladder(worlds, first, 'egress')];
  const reached = engine.reachFrom(list, list[0]?.from ?? '');
  return { lines: list.length, probes: probes.length, text: JSON.stringify([list, judged, steps, reached, engine.differences(worlds, edited)]) };
};
