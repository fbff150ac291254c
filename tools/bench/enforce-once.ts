/** Arguments: NAMESPACE. Prints figures as JSON. */
import { Classifier } from '@firsthop/classifier';
import { Compiler, type Change } from '@firsthop/compiler';
import { Dataplane, netlinkPort } from '@firsthop/dataplane';
import type { Workload } from '@firsthop/inventory';
import { loadManifests } from '@firsthop/manifest';
import { worldChanges } from '@firsthop/analysis';
import { applyDelta, type EndpointBinding, type NodePlan } from '@firsthop/plan';
import { registerEncoding, RulesetRenderer } from '@firsthop/ruleset';
import { clusterObjects } from './cluster-objects.ts';

const local = 250;
const rounds = 100;
const shape = { pods: 5_000, workloads: 500, policies: 1_000, seed: 3 };

const loaded = loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: clusterObjects(shape) }) }]);
const world = [...loaded.clusters.values()][0]?.world;
if (world === undefined) throw new Error('no world');
const compiler = new Compiler({ cluster: world.cluster });
/** The first pods are on this node, all others elsewhere. */
const workloads = world.workloads.map((one, i): Workload => (one.kind === 'pod' ? { ...one, node: i < local ? 'n1' : 'n2' } : one));
for (const change of worldChanges({ ...world, workloads })) compiler.apply(change);

let held: NodePlan | undefined;
/** As an agent has it: what did not change stays the object that it was. */
const planNow = (epoch: number): NodePlan => {
  const delta = compiler.flush({ epoch, watermarks: new Map() }).get('n1');
  const folded = held === undefined || delta === undefined ? undefined : applyDelta(held, delta);
  if (folded?.ok === false) throw new Error(JSON.stringify(folded.error));
  held = folded?.value ?? held ?? compiler.snapshot('n1');
  if (held === undefined) throw new Error('no plan');
  return held;
};

const classifier = new Classifier();
const renderer = new RulesetRenderer(registerEncoding());
const dataplane = new Dataplane(netlinkPort({ netns: process.argv[2] ?? '' }));
const bindingsOf = (plan: NodePlan): EndpointBinding[] => [...plan.endpoints.values()].map(({ id }, i) => ({ endpoint: id, via: { kind: 'routed', device: `veth${i}` } }));

const parts: Record<string, number[]> = { classify: [], render: [], realize: [], whole: [] };
const measure = async (plan: NodePlan, isKept: boolean): Promise<void> => {
  const times = [performance.now()];
  classifier.replace(plan);
  const tables = classifier.tables();
  times.push(performance.now());
  const { state, changes } = renderer.render({ tables, bindings: bindingsOf(plan), host: { exclusivePrefixes: ['veth'] } });
  times.push(performance.now());
  const done = await dataplane.realize(state, changes);
  if ('error' in done) throw new Error(done.error);
  times.push(performance.now());
  if (!isKept) return;
  const [a = 0, b = 0, c = 0, d = 0] = times;
  for (const [name, value] of [['classify', b - a], ['render', c - b], ['realize', d - c], ['whole', d - a]] as const) parts[name]?.push(value);
};

const plan = planNow(1);
const first = performance.now();
await measure(plan, false);
const firstMs = performance.now() - first;
/** A pod elsewhere comes and goes whose labels some policy here asks for. */
const twin = workloads.filter(({ kind, node }) => kind === 'pod' && node === 'n2').find((one) => [...plan.addressGroups.values()].some(({ members }) => members.has(one.endpoints[0]?.addresses[0] as never)));
if (twin === undefined) throw new Error('nobody elsewhere matters');
const visitor = (i: number): Change => ({ of: 'workload', id: `${twin.id}-visitor` as typeof twin.id, now: i % 2 === 1 ? undefined : { ...twin, id: `${twin.id}-visitor` as typeof twin.id, endpoints: twin.endpoints.map((one) => ({ ...one, id: `${one.id}-v` as typeof one.id, addresses: [(0x0afe_0000 + i) as never] })) } });
for (let i = 0; i < rounds; i++) {
  compiler.apply(visitor(i));
  await measure(planNow(2 + i), i > 4);
}
const at = (values: readonly number[] = [], share: number): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
console.log(JSON.stringify({ first_ms: firstMs, p50_ms: at(parts['whole'], 0.5), p99_ms: at(parts['whole'], 0.99), classify_p50_ms: at(parts['classify'], 0.5), render_p50_ms: at(parts['render'], 0.5), realize_p50_ms: at(parts['realize'], 0.5), groups: plan.policyGroups.size, rules: plan.rules.size, addresses: [...plan.addressGroups.values()].reduce((sum, { members }) => sum + members.size, 0) }));
process.exit(0);
