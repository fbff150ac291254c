/**
 * Law: a packet walked over the operations gets the verdict of the reference evaluator. Facts -> compiler -> classifier ->
 * ruleset -> the text that the kernel would get, executed by a kernel on paper that knows nothing of the rooms before it.
 */
import { Classifier } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import { type Address, formatAddress } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import { evaluate, type Probe, type World } from '@firsthop/policy';
import { diffState, renderRuleset } from '@firsthop/ruleset';
import { type SimulatedLink, SimulatedMachine, SimulatedNetwork } from '@firsthop/simkernel';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, cluster, interestingPorts, nodeNames, nodes, randomWorld } from './random-world.ts';
import { worldChanges } from '@firsthop/analysis';

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

type Alter = (line: string) => string;

/** Brings a world to machines, as managers and agents would; `alter` breaks the text on its way to the kernel. */
const networkOf = (world: World, alter: Alter): SimulatedNetwork => {
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
    const lines = diffState(new Map(), renderRuleset({ tables: classifier.tables(), bindings, host }), (a, b) => a === b).steps.flat();
    const { code, error } = machine.nft.run(['-f', '-'], lines.map(alter).join('\n'));
    if (code !== 0) throw new Error(error);
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

type Question = (typeof questions)[number];
interface Asked {
  readonly network: SimulatedNetwork;
  readonly world: World;
  readonly source: Address;
  readonly destination: Address;
}

/** An error about an ICMP message that conntrack does not know belongs to no connection: whether it is heard is the sender's own policy. */
const heard = ({ icmp }: Question, verdict: string): string => (verdict === 'reject' && (icmp?.type === 9 || icmp?.type === 150) ? 'drop' : verdict);

/** Undefined: nobody carries such a packet here, or policy is not asked. */
const compare = ({ network, world, source, destination }: Asked, question: Question): string | undefined => {
  if (question.protocol === (typeof source === 'number' ? 58 : 1)) return undefined;
  const probe: Probe = { source: { address: source }, destination: { address: destination }, ...question };
  const expected = evaluate(new Map([[cluster, world]]), probe);
  if (expected.egress?.reason === 'self' || expected.ingress?.reason === 'self') return undefined;
  const { port = 0, ...rest } = question;
  const { verdict } = network.probe({ source, destination, port, ...rest });
  if (heard(question, verdict) !== heard(question, expected.verdict)) throw new Error(`${formatAddress(source)} -> ${formatAddress(destination)} ${JSON.stringify(question)}: on paper ${verdict}, by the evaluator ${expected.verdict} (${JSON.stringify({ egress: expected.egress, ingress: expected.ingress })})`);
  return verdict;
};

const compareWorld = (world: World, asked: readonly Question[], alter: Alter): Map<string, number> => {
  const seen = new Map<string, number>();
  const network = networkOf(world, alter);
  const isOutside = (address: Address): boolean => network.placeOf(address).kind === 'outside';
  for (const source of addressesOf(world))
    for (const destination of addressesOf(world)) {
      if (source === destination || typeof source !== typeof destination || (isOutside(source) && isOutside(destination))) continue;
      for (const question of asked) {
        const verdict = compare({ network, world, source, destination }, question);
        if (verdict !== undefined) seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
      }
    }
  return seen;
};

const someQuestions = fc.shuffledSubarray([...questions], { minLength: 8, maxLength: 8 });

it('a kernel on paper that executes our text judges as the reference evaluator does', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(randomWorld, someQuestions, (world, asked) => {
      for (const verdict of compareWorld(world, asked, (line) => line).keys()) seen.add(verdict);
    }),
    { numRuns: 150 },
  );
  expect([...seen].sort()).toEqual(['allow', 'drop', 'reject']);
});

const nothing = '# gone';
const broken: readonly { readonly name: string; readonly alter: Alter }[] = [
  { name: 'nobody judges what comes to an endpoint', alter: (line) => (line.startsWith('add rule inet firsthop h_fwd') ? nothing : line) },
  { name: 'nobody judges what an endpoint sends', alter: (line) => line.replace('goto from_owned', 'accept') },
  { name: 'the wrong side of a packet is looked up', alter: (line) => line.replace(/ip (s|d)addr vmap @(a4|n4)_/, (_, side: string, map: string) => `ip ${side === 's' ? 'd' : 's'}addr vmap @${map}_`) },
  { name: 'new connections take the shortcut of replies', alter: (line) => line.replace('ct direction reply ct state established accept', 'ct state new accept') },
  { name: 'replies have no shortcut', alter: (line) => (line.endsWith('ct direction reply ct state established accept') ? nothing : line) },
  { name: 'a reset is not sent', alter: (line) => line.replace('reject with tcp reset', 'drop') },
  { name: 'what was refused hears nothing', alter: (line) => line.replace('reject with icmpx admin-prohibited', 'drop') },
  { name: 'ICMP that conntrack does not know is dropped', alter: (line) => line.replace('ct state invalid jump unreadable', 'ct state invalid drop') },
  { name: 'a node is not judged by its machines', alter: (line) => (line.includes('h_out') && line.includes('@machine4') ? nothing : line) },
  { name: 'a node may not reach its pods', alter: (line) => (line.includes('to_local') && line.includes('fib saddr') ? nothing : line) },
  { name: 'ranges of ports end too early', alter: (line) => line.replaceAll(/ (\d+)-8080 :/g, ' $1-8079 :') },
];

it.each(broken)('it catches: $name', ({ alter }) => {
  const { failed, errorInstance } = fc.check(fc.property(randomWorld, someQuestions, (world, asked) => void compareWorld(world, asked, alter)), { numRuns: 500, endOnFailure: true });
  expect(failed).toBe(true);
  // By judging otherwise, not because the text could not be read.
  expect(String(errorInstance)).toContain('by the evaluator');
});
