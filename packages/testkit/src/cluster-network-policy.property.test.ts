/**
 * ClusterNetworkPolicy as the API's own conformance tests have it (fixtures/network-policy-api: kubernetes-sigs/network-policy-api at
 * 0eec1b0, v1alpha2). Every step is the whole state, judged from scratch; a denial must be silent.
 */
import { Verdicts } from '@firsthop/analysis';
import { loadManifests } from '@firsthop/manifest';
import { type Address, parseAddress, protocolNumbers } from '@firsthop/netaddr';
import { evaluate, type Evaluation, type Probe, type Side, type World } from '@firsthop/policy';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Poke {
  readonly from: string;
  readonly toIP: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly expect: 'allow' | 'deny';
}

interface Step {
  readonly subtest: string;
  readonly policies: readonly unknown[];
  readonly namespaces: readonly unknown[];
  readonly pokes: readonly Poke[];
}

interface Corpus {
  readonly nodes: readonly unknown[];
  readonly pods: readonly unknown[];
  readonly cases: readonly { readonly name: string; readonly steps: readonly Step[] }[];
}

const corpus = JSON.parse(readFileSync(new URL('../fixtures/network-policy-api/cases.json', import.meta.url), 'utf8')) as Corpus;
const steps = corpus.cases.flatMap((one) => one.steps);
const pokes = steps.flatMap((step) => step.pokes);

const worldOf = ({ policies, namespaces }: Step): World => {
  const items = [...corpus.nodes, ...namespaces, ...corpus.pods, ...policies];
  const { clusters, errors, warnings } = loadManifests([{ file: 'step.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }]);
  expect([errors, warnings]).toEqual([[], []]);
  return clusters.get('local')!.world;
};

const addressOf = (text: string): Address => {
  const read = parseAddress(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

const sideOf = ({ workloads }: World, name: string): Side => {
  const workload = workloads.find((one) => `${one.namespace}/${one.name}` === name);
  const address = workload?.endpoints[0]?.addresses[0];
  if (workload === undefined || address === undefined) throw new Error(`no pod ${name}`);
  return { address, workload: workload.id };
};

type Judge = (world: World) => (probe: Probe) => Evaluation;

const judges: readonly { readonly by: string; readonly judge: Judge }[] = [
  { by: 'evaluator', judge: (world) => (probe) => evaluate(new Map([[world.cluster, world]]), probe) },
  {
    by: 'compiler and classifier',
    judge: (world) => {
      const verdicts = new Verdicts(new Map([[world.cluster, world]]));
      return (probe) => verdicts.judge(probe);
    },
  },
];

const probeOf = (world: World, { from, toIP, protocol, port }: Poke): Probe => ({ source: sideOf(world, from), destination: { address: addressOf(toIP) }, protocol: protocolNumbers[protocol], port });

it('is the whole corpus', () => expect([corpus.cases.length, steps.length, pokes.length, pokes.filter((poke) => poke.expect === 'deny').length]).toEqual([24, 96, 301, 135]));

describe.each(judges)('by $by', ({ judge }) => {
  it.each(steps)('$subtest', (step) => {
    const world = worldOf(step);
    const ask = judge(world);
    const wanted = step.pokes.map((poke) => (poke.expect === 'deny' ? 'drop' : 'allow'));
    expect(step.pokes.map((poke) => ask(probeOf(world, poke)).verdict)).toEqual(wanted);
  });
});
