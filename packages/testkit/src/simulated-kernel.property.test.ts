/**
 * Law: a packet walked over the operations gets the verdict of the reference evaluator. Facts -> compiler -> classifier ->
 * ruleset -> the text that the kernel would get, executed by a kernel on paper that knows nothing of the rooms before it.
 */
import { Classifier } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import { Dataplane, nftPort } from '@firsthop/dataplane';
import { type Address, formatAddress } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import { evaluate, type Probe, type World } from '@firsthop/policy';
import { renderRuleset } from '@firsthop/ruleset';
import { type SimulatedLink, SimulatedMachine, SimulatedNetwork } from '@firsthop/simkernel';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, cluster, interestingPorts, nodeNames, nodes, randomWorld } from './random-world.ts';
import { worldChanges } from './world-changes.ts';

const host = { exclusivePrefixes: ['fhp', 'fhv', 'fhbr'] };
const attachment = ({ id, kind }: PlanEndpoint): EndpointBinding['via'] => {
  const n = /u(\d)/.exec(id)?.[1] ?? '';
  return kind === 'pod' ? { kind: 'routed', device: `fhp${n}` } : { kind: 'bridged', bridge: 'fhbr0', port: `fhv${n}` };
};
const linkOf = (endpoint: PlanEndpoint): SimulatedLink => {
  const via = attachment(endpoint);
  return via.kind === 'routed' ? { device: via.device, addresses: endpoint.addresses, mac: '' } : { device: via.port, bridge: via.bridge, addresses: endpoint.addresses, mac: macOf(endpoint) };
};
const macOf = ({ id }: PlanEndpoint): string => `0a:00:00:00:00:0${/u(\d)/.exec(id)?.[1] ?? ''}`;

/** Brings a world to machines, as managers and agents would. */
const networkOf = async (world: World): Promise<SimulatedNetwork> => {
  const compiler = new Compiler({ cluster });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch: 1, watermarks: new Map() });
  const machines: SimulatedMachine[] = [];
  for (const name of nodeNames) {
    const plan = compiler.snapshot(name);
    if (plan === undefined) throw new Error('there is a plan after a flush');
    const endpoints = new Map([...plan.endpoints].map(([id, endpoint]): [string, PlanEndpoint] => [id, { ...endpoint, mac: macOf(endpoint) }]));
    const classifier = new Classifier();
    classifier.replace({ ...plan, endpoints });
    const machine = new SimulatedMachine(nodes.find((node) => node.name === name)?.addresses ?? [], [...endpoints.values()].map(linkOf));
    const bindings = [...endpoints.values()].map((endpoint) => ({ endpoint: endpoint.id, via: attachment(endpoint) }));
    const done = await new Dataplane(nftPort((args, input) => Promise.resolve(machine.nft.run(args, input)))).realize(renderRuleset({ tables: classifier.tables(), bindings, host }));
    if ('error' in done) throw new Error(done.error);
    machines.push(machine);
  }
  return new SimulatedNetwork(machines);
};

const questions: readonly Pick<Probe, 'protocol' | 'port' | 'icmp'>[] = [
  ...[6, 17, 132].flatMap((protocol) => interestingPorts.map((port) => ({ protocol, port }))),
  ...[[8, 0], [9, 3], [13, 0]].map(([type = 0, code = 0]) => ({ protocol: 1, icmp: { type, code } })),
  ...[[128, 0], [150, 0]].map(([type = 0, code = 0]) => ({ protocol: 58, icmp: { type, code } })),
  { protocol: 47 },
];

const addressesOf = (world: World): Address[] => [...world.workloads.filter(({ node, hostNetwork }) => node !== undefined && !hostNetwork).flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses)), ...nodes.flatMap(({ addresses }) => addresses), ...([4, 6] as const).flatMap((family) => [addressOf(family, 15), addressOf(family, 1000)])];

it('a kernel on paper that executes our text judges as the reference evaluator does', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(randomWorld, fc.shuffledSubarray([...questions], { minLength: 8, maxLength: 8 }), async (world, asked) => {
      const network = await networkOf(world);
      const addresses = addressesOf(world);
      for (const source of addresses)
        for (const destination of addresses) {
          // What nobody here carries, and a family that does not cross.
          if (source === destination || typeof source !== typeof destination || (network.placeOf(source).kind === 'outside' && network.placeOf(destination).kind === 'outside')) continue;
          for (const question of asked) {
            if (question.protocol === (typeof source === 'number' ? 58 : 1)) continue;
            const probe: Probe = { source: { address: source }, destination: { address: destination }, ...question };
            const expected = evaluate(new Map([[cluster, world]]), probe);
            if (expected.egress?.reason === 'self' || expected.ingress?.reason === 'self') continue;
            const { port = 0, ...rest } = question;
            const { verdict } = network.probe({ source, destination, port, ...rest });
            seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
            if (verdict !== expected.verdict) throw new Error(`${formatAddress(source)} -> ${formatAddress(destination)} ${JSON.stringify(question)}: on paper ${verdict}, by the evaluator ${expected.verdict} (${JSON.stringify({ egress: expected.egress, ingress: expected.ingress })})`);
          }
        }
    }),
    { numRuns: 150 },
  );
  expect([...seen.keys()].sort()).toEqual(['allow', 'drop', 'reject']);
});
