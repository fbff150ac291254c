/** What belongs to a connection passes with it, and nothing else does: answers, and ICMP errors about it. The rules that say so are taken out one by one. */
import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import { demolish, exclusivePrefixes, LabNetwork, type LabWorkload, NamespaceScope, planTopology, Prober, type ProbeProtocol } from '@firsthop/lab';
import { type Address, formatAddress, ipv4, ipv6 } from '@firsthop/netaddr';
import type { PlanEndpoint, PolicyGroupId } from '@firsthop/plan';
import { type NftState, renderRuleset } from '@firsthop/ruleset';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dataplane } from './dataplane.ts';
import { netlinkPort } from './netlink/netlink-port.ts';

const run = `b${process.pid.toString(16).padStart(3, '0').slice(-3)}`;
const addresses = (n: number): Address[] => [ipv4(0x0af4_0000 + n), ipv6((0xfd00_0010_0244n << 80n) | BigInt(n))];
const wish = (kind: 'pod' | 'vm', name: string, n: number) => ({ cluster: 'c', kind, name, node: 'n', addresses: addresses(n) });
const topology = planTopology({ run, nodes: [{ cluster: 'c', name: 'n', addresses: [] }], workloads: [wish('pod', 'a', 1), wish('pod', 'b', 2)], outside: [] });
const workload = (name: string): LabWorkload => topology.workloads.find((one) => one.name === name) as LabWorkload;
const addressOf = (name: string, family: 0 | 1): Address => workload(name).addresses[family] as Address;

const decision = (digit: string, verdict: Decision['verdict']): Decision => ({ id: digit.repeat(16) as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [allow, drop] = [decision('a', 'allow'), decision('d', 'drop')];
const row = (digit: string, rest: Decision, protocols: Row['protocols'] = new Map()): Row => ({ id: digit.repeat(16) as RowId, rest: rest.id, protocols });
const [open, closed] = [row('1', allow), row('2', drop)];
/** Port 80 of TCP, UDP and SCTP. */
const some = row('3', drop, new Map([6, 17, 132].map((protocol) => [protocol, [{ first: 0, last: 79, decision: drop.id }, { first: 80, last: 80, decision: allow.id }, { first: 81, last: 65_535, decision: drop.id }]])));
const endpoint = (name: string, policyGroup: string): PlanEndpoint => ({ id: name, kind: 'pod', workload: name, addresses: workload(name).addresses, allowedAddresses: [], policyGroup: policyGroup as PolicyGroupId });
const table = ({ id }: Row) => ({ rows: new Map([[0, id]]) });
/** `a` may begin anything and take nothing; `b` takes port 80 and may begin nothing. */
const tables: ClassTables = {
  addresses: new Map(),
  ranges: [],
  rows: new Map([open, closed, some].map((one) => [one.id, one])),
  decisions: new Map([allow, drop].map((one) => [one.id, one])),
  groups: new Map([
    ['asks' as PolicyGroupId, { ingress: table(closed), egress: table(open) }],
    ['serves' as PolicyGroupId, { ingress: table(some), egress: table(closed) }],
  ]),
  endpoints: new Map([endpoint('a', 'asks'), endpoint('b', 'serves')].map((one) => [one.id, one])),
  ownNode: [],
};
const whole = renderRuleset({ tables, bindings: ['a', 'b'].map((name) => ({ endpoint: name, via: { kind: 'routed', device: workload(name).device } })), host: { exclusivePrefixes } });

/** The same with other rules in the chains that all packets of endpoints go through. */
const mutated = (change: (rules: readonly string[]) => readonly string[]): NftState => {
  const inet = whole.get('inet');
  if (inet === undefined) throw new Error('no inet table');
  const chains = new Map([...inet.chains].map(([name, chain]) => [name, ['from_owned', 'to_managed'].includes(name) ? { ...chain, rules: change(chain.rules) } : chain]));
  return new Map([...whole, ['inet', { ...inet, chains }]]);
};
const without = (start: string): NftState => mutated((rules) => rules.filter((rule) => !rule.startsWith(start)));

describe('what belongs to a connection', () => {
  const scope = new NamespaceScope();
  const prober = new Prober();
  let dataplane: Dataplane;
  const realize = async (state: NftState): Promise<void> => {
    const done = await dataplane.realize(state);
    if ('error' in done) throw new Error(done.error);
  };
  const ask = async (from: string, to: string, protocol: ProbeProtocol, family: 0 | 1, icmp?: { readonly type: number; readonly code: number }) =>
    (await prober.probe({ fromNamespace: workload(from).namespace, toNamespace: workload(to).namespace, source: addressOf(from, family), destination: addressOf(to, family), protocol, port: 80, patience: 150, ...(icmp === undefined ? {} : { icmp }) })).verdict;
  /** What a datagram that nobody waits for comes to: the receiver's kernel says so by an ICMP error, if it may. */
  const refused = (port: number, family: 0 | 1): string =>
    spawnSync('ip', ['netns', 'exec', workload('a').namespace, process.execPath, '-e', `const s = require('dgram').createSocket('udp${family === 0 ? 4 : 6}'); s.on('error', (e) => { process.stdout.write(e.code); process.exit(); }); s.connect(${port}, '${formatAddress(addressOf('b', family))}', () => s.send('x')); setTimeout(() => { process.stdout.write('silence'); process.exit(); }, 250)`], { encoding: 'utf8' }).stdout;

  beforeAll(async () => {
    await new LabNetwork(topology, scope).build();
    dataplane = new Dataplane(netlinkPort({ netns: topology.nodes[0]?.namespace ?? '' }));
  });
  afterAll(() => {
    prober.close();
    scope.close();
    demolish(run);
  });

  it.each([0, 1] as const)('an ICMP error about an allowed flow comes back, though its sender may begin nothing; family %i', async (family) => {
    await realize(whole);
    expect([refused(80, family), refused(81, family)]).toEqual(['ECONNREFUSED', 'silence']);
    await realize(without('ct state related'));
    expect(refused(80, family)).toBe('silence');
  });

  it.each([0, 1] as const)('an ICMP error about nothing, or about what was denied, is judged by policy; family %i', async (family) => {
    const unreachable = family === 0 ? { type: 3, code: 3 } : { type: 1, code: 4 };
    await realize(whole);
    expect(await prober.probe({ fromNamespace: workload('b').namespace, toNamespace: workload('a').namespace, source: addressOf('b', family), destination: addressOf('a', family), protocol: 'ICMP', port: 0, icmp: unreachable })).toEqual({ verdict: 'drop', arrived: false });
    // Whoever lets all ICMP pass that conntrack does not know lets it in.
    await realize(mutated((rules) => ['meta l4proto { 1, 58 } accept', ...rules]));
    expect((await prober.probe({ fromNamespace: workload('b').namespace, toNamespace: workload('a').namespace, source: addressOf('b', family), destination: addressOf('a', family), protocol: 'ICMP', port: 0, icmp: unreachable })).arrived).toBe(true);
  });

  it.each(([0, 1] as const).flatMap((family) => (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ family, protocol }))))('$protocol, family $family: answers pass by the shortcut, and by nothing else', async ({ family, protocol }) => {
    await realize(whole);
    expect([await ask('a', 'b', protocol, family), await ask('b', 'a', protocol, family)]).toEqual(['allow', 'drop']);
    await realize(without('ct direction reply ct state established'));
    expect(await ask('a', 'b', protocol, family)).toBe('drop');
  });
});
