/** Who decided, as a real kernel tells it: records of real connections between pods against the tables that the kernel was given. */
import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import { Dataplane, kernelConnections, netlinkPort, watchFlowEvents } from '@firsthop/dataplane';
import { demolish, exclusivePrefixes, LabNetwork, type LabWorkload, NamespaceScope, planTopology, Prober, type ProbeProtocol } from '@firsthop/lab';
import { type Address, formatAddress, ipv4, ipv6 } from '@firsthop/netaddr';
import type { PlanEndpoint, PolicyGroupId } from '@firsthop/plan';
import { LOG_GROUP, renderRuleset } from '@firsthop/ruleset';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Attributor } from './attribute.ts';
import { AttributionService } from './attribution-service.ts';
import type { FlowRecord } from './flow-record.ts';
import { readPacket } from './read-packet.ts';
import { TotalsFile } from './totals-file.ts';

const run = `b${process.pid.toString(16).padStart(3, '0').slice(-3)}`;
const addresses = (n: number): Address[] => [ipv4(0x0af4_0000 + n), ipv6((0xfd00_0010_0244n << 80n) | BigInt(n))];
const pod = (name: string, n: number) => ({ cluster: 'c', kind: 'pod' as const, name, node: 'n', addresses: addresses(n) });
const topology = planTopology({ run, nodes: [{ cluster: 'c', name: 'n', addresses: [] }], workloads: [pod('a', 1), pod('b', 2), pod('stranger', 3)], outside: [] });
const workload = (name: string): LabWorkload => topology.workloads.find((one) => one.name === name) as LabWorkload;
const netns = topology.nodes[0]?.namespace ?? '';
const namespace = `/run/netns/${netns}`;

const decision = (digit: string, verdict: Decision['verdict'], log: boolean): Decision => ({ id: digit.repeat(16) as DecisionId, verdict, log, attribution: { reason: 'rule', direction: 'ingress', policy: { cluster: 'c', kind: 'SecurityPolicy', namespace: 'shop', name: `policy-${digit}` } } });
const [allow, told, drop, reject] = [decision('a', 'allow', false), decision('b', 'allow', true), decision('d', 'drop', false), decision('e', 'reject', false)];
const row = (digit: string, rest: Decision, steps: [number, number, Decision][] = []): Row => ({ id: digit.repeat(16) as RowId, rest: rest.id, protocols: new Map(steps.length === 0 ? [] : [6, 17, 132].map((protocol) => [protocol, steps.map(([first, last, { id }]) => ({ first, last, decision: id }))])) });
const open = row('1', allow);
/** 80 and 90 are allowed and told, 81 allowed, 82 rejected, all else dropped. */
const some = row('2', drop, [[0, 79, drop], [80, 80, told], [81, 81, allow], [82, 82, reject], [83, 89, drop], [90, 90, told], [91, 65_535, drop]]);
const endpoint = (name: string, policyGroup: string, trialGroup?: string): PlanEndpoint => ({ id: name, kind: 'pod', workload: name, addresses: workload(name).addresses, allowedAddresses: [], policyGroup: policyGroup as PolicyGroupId, ...(trialGroup === undefined ? {} : { trialGroup: trialGroup as PolicyGroupId }) });
/** On trial everything at `b` is another decision's: what is allowed would be dropped, and the other way round. */
const [tried, freed] = [decision('7', 'drop', false), decision('8', 'allow', false)];
const turned = row('4', freed, [[0, 79, freed], [80, 81, tried], [82, 89, freed], [90, 90, tried], [91, 65_535, freed]]);
const tablesOf = (forB: Row): ClassTables => ({
  addresses: new Map(),
  ranges: [],
  rows: new Map([open, forB].map((one) => [one.id, one])),
  decisions: new Map([allow, told, drop, reject].map((one) => [one.id, one])),
  groups: new Map([
    ['free' as PolicyGroupId, { ingress: { rows: new Map([[0, open.id]]) }, egress: { rows: new Map([[0, open.id]]) } }],
    ['guarded' as PolicyGroupId, { ingress: { rows: new Map([[0, forB.id]]) }, egress: { rows: new Map([[0, open.id]]) } }],
  ]),
  endpoints: new Map([endpoint('a', 'free'), endpoint('b', 'guarded', 'turned')].map((one) => [one.id, one])),
  ownNode: [],
  trial: { rows: new Map([[turned.id, turned]]), decisions: new Map([tried, freed].map((one) => [one.id, one])), groups: new Map([['turned' as PolicyGroupId, { ingress: { rows: new Map([[0, turned.id]]) }, egress: { rows: new Map([[0, open.id]]) } }]]) },
});
const tables = tablesOf(some);

describe('records of a real kernel', () => {
  const scope = new NamespaceScope();
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-flows-'));
  const prober = new Prober({ patience: 250 * Math.min(4, Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1)) });
  const heads: { readonly bytes: Buffer; readonly direction: 'ingress' | 'egress'; readonly prefix: string }[] = [];
  let service: AttributionService;
  let dataplane: Dataplane;

  beforeAll(async () => {
    await new LabNetwork(topology, scope).build();
    for (const name of ['nf_conntrack_acct', 'nf_conntrack_timestamp']) execFileSync('ip', ['netns', 'exec', netns, 'sysctl', '-qw', `net.netfilter.${name}=1`]);
    dataplane = new Dataplane(netlinkPort({ netns }));
    const done = await dataplane.realize(renderRuleset({ tables, bindings: ['a', 'b'].map((name) => ({ endpoint: name, via: { kind: 'routed', device: workload(name).device } })), host: { exclusivePrefixes } }));
    if ('error' in done) throw new Error(done.error);
    service = new AttributionService({
      capacity: 1000,
      tables: () => tables,
      counters: () => dataplane.counters(),
      departed: () => dataplane.departed(),
      totals: new TotalsFile(folder),
      watch: (handlers) =>
        watchFlowEvents({
          ...handlers,
          namespace,
          group: LOG_GROUP,
          onLogged: (packet) => {
            heads.push({ bytes: Buffer.from(packet.payload), direction: packet.direction, prefix: packet.prefix });
            handlers.onLogged(packet);
          },
        }),
      onFault: (error) => { throw error; },
    });
  });
  afterAll(() => {
    service?.close();
    prober.close();
    scope.close();
    rmSync(folder, { recursive: true });
    demolish(run);
  });

  const ask = async (protocol: ProbeProtocol, port: number, family: 0 | 1, from = 'a', to = 'b'): Promise<string> =>
    (await prober.probe({ fromNamespace: workload(from).namespace, toNamespace: workload(to).namespace, source: workload(from).addresses[family] as Address, destination: workload(to).addresses[family] as Address, protocol, port })).verdict;
  const recordsOf = (wanted: Partial<FlowRecord>): FlowRecord[] => service.flows().records.filter((one) => Object.entries(wanted).every(([key, value]) => one[key as keyof FlowRecord] === value));

  it.each(([0, 1] as const).flatMap((family) => (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ family, protocol }))))('$protocol, family $family: what is denied, to be told, or denied on trial has a record with its decision', async ({ family, protocol }) => {
    const seen = [];
    for (const port of [80, 81, 82, 83]) seen.push(await ask(protocol, port, family));
    expect(seen).toEqual(['allow', 'allow', 'reject', 'drop']);
    const [from, to] = [workload('a'), workload('b')].map((one) => formatAddress(one.addresses[family] as Address)) as [string, string];
    const at = (port: number): Partial<FlowRecord> => ({ from, to, protocol: { TCP: 6, UDP: 17, SCTP: 132 }[protocol], port });
    await expect.poll(() => recordsOf(at(83)).length).toBeGreaterThan(0);
    for (const [port, one] of [[80, told], [82, reject], [83, drop]] as const) expect(recordsOf(at(port))[0]).toMatchObject({ interface: workload('b').device, direction: 'ingress', verdict: one.verdict, decision: { id: one.id, reason: 'rule', policy: { name: one.attribution.policy?.name } } });
    // Allowed and not to be told, but it would have been denied.
    await expect.poll(() => recordsOf(at(81)).length).toBe(1);
    expect(recordsOf(at(81))[0]).toMatchObject({ verdict: 'allow', decision: { id: allow.id }, wouldBe: { verdict: 'drop', id: tried.id } });
    for (const [port, one] of [[80, tried], [82, freed], [83, freed]] as const) expect(recordsOf(at(port))[0]?.wouldBe).toMatchObject({ verdict: one.verdict, id: one.id });
  });

  it("the tables say of each record what the kernel's own chain said; the tables of another plan name nobody", async () => {
    expect(heads.length).toBeGreaterThan(10);
    const [right, wrong] = [new Attributor(), new Attributor()];
    const other = tablesOf(row('3', allow));
    for (const { bytes, direction, prefix } of heads.filter((head) => /[\da-f]{16}$/.test(head.prefix))) {
      const [verdict, id] = prefix.split(' ') as [Decision['verdict'], string];
      const packet = readPacket(bytes);
      if (packet === undefined) throw new Error(`unread: ${bytes.toString('hex')}`);
      expect(right.attribute(tables, { verdict }, packet, direction)?.id).toBe(id);
      // Broken variant: judged by a plan that the kernel does not hold.
      if (verdict !== 'allow') expect(wrong.attribute(other, { verdict }, packet, direction)).toBeUndefined();
      else expect(wrong.attribute(other, { verdict }, packet, direction)?.id).not.toBe(id);
    }
  });

  it("the system's own drops are told too: a stolen address, and an interface without a plan", async () => {
    const [stolen] = workload('a').addresses as [Address];
    await ask('UDP', 53, 0, 'stranger', 'b');
    await expect.poll(() => recordsOf({ system: 'antispoof', from: formatAddress(workload('stranger').addresses[0] as Address) }).length).toBeGreaterThan(0);
    expect(recordsOf({ system: 'antispoof', from: formatAddress(workload('stranger').addresses[0] as Address) })[0]).toMatchObject({ direction: 'egress', interface: workload('stranger').device, verdict: 'drop' });
    expect(await ask('TCP', 80, 0, 'a', 'stranger')).toBe('drop');
    await expect.poll(() => recordsOf({ system: 'unprogrammed', direction: 'ingress' }).length).toBeGreaterThan(0);
    expect(recordsOf({ system: 'unprogrammed', direction: 'ingress' })[0]).toMatchObject({ direction: 'ingress', from: formatAddress(stolen), interface: workload('stranger').device });
  });

  it('an allowed connection that ended has its bytes and its duration', async () => {
    const [port, to] = [90, formatAddress(workload('b').addresses[0] as Address)];
    const script = `const net = require('net'); const s = net.createServer((c) => c.on('data', () => c.end(Buffer.alloc(50000)))).listen(${port}, '${to}', () => { process.stdout.write('up'); }); setTimeout(() => process.exit(), 4000)`;
    const server = spawn('ip', ['netns', 'exec', workload('b').namespace, process.execPath, '-e', script]);
    try {
      await new Promise((resolve) => server.stdout.once('data', resolve));
      execFileSync('ip', ['netns', 'exec', workload('a').namespace, process.execPath, '-e', `const c = require('net').connect(${port}, '${to}', () => c.write('x')); let n = 0; c.on('data', (d) => n += d.length); c.on('end', () => process.exit(n === 50000 ? 0 : 1))`]);
      // By hand, as its age would, if it has not ended by itself.
      const connections = kernelConnections({ namespace });
      await connections.endWhere((one) => one.port === port);
      connections.close();
      const ends = (): FlowRecord[] => recordsOf({ port, to, protocol: 6 }).filter(({ end }) => (end?.bytes ?? 0) > 50_000);
      await expect.poll(() => ends().length).toBe(1);
      expect(ends()[0]?.end).toMatchObject({ packets: expect.any(Number), duration: expect.any(Number) });
      expect(service.status()).toMatchObject({ isWatching: true, lost: { log: 0, displaced: 0, unread: 0 } });
    } finally {
      server.kill();
    }
  });

  it('connections are counted by both decisions, packets by the kernel', async () => {
    const before = (await service.count()).get(told.id);
    for (let i = 0; i < 5; i++) await ask('UDP', 80, 0);
    await expect.poll(async () => ((await service.count()).get(told.id)?.connections ?? 0) - (before?.connections ?? 0)).toBe(5);
    const after = (await service.count()).get(told.id);
    expect((after?.packets ?? 0) - (before?.packets ?? 0)).toBe(5);
    expect(Date.now() - (after?.lastHit ?? 0)).toBeLessThan(10_000);
  });

  it('a flood of denied packets is told within the limit; the counter has them all, and nobody is delayed', async () => {
    const [before, told] = [(await service.count()).get(drop.id)?.packets ?? 0, recordsOf({ verdict: 'drop' }).length];
    const to = formatAddress(workload('b').addresses[0] as Address);
    execFileSync('ip', ['netns', 'exec', workload('a').namespace, process.execPath, '-e', `const s = require('dgram').createSocket('udp4'); let left = 5000; const more = () => left-- > 0 ? s.send('x', 9, '${to}', more) : s.close(); more()`]);
    expect(((await service.count()).get(drop.id)?.packets ?? 0) - before).toBe(5000);
    const fresh = (): number => recordsOf({ verdict: 'drop' }).length - told;
    await expect.poll(fresh).toBeGreaterThan(0);
    expect(fresh()).toBeLessThan(1000);
    // What is in no record is known all the same.
    expect(service.status().limited).toBeGreaterThan(4000);
    expect(await ask('UDP', 81, 0)).toBe('allow');
  });

  it('another agent goes on with the totals, what was counted while there was none included; a damaged file only begins anew', async () => {
    const before = (await service.count()).get(told.id);
    service.close();
    await ask('UDP', 80, 0);
    const other = new Dataplane(netlinkPort({ netns }));
    await other.realize(renderRuleset({ tables, bindings: ['a', 'b'].map((name) => ({ endpoint: name, via: { kind: 'routed', device: workload(name).device } })), host: { exclusivePrefixes } }));
    const next = (): AttributionService => new AttributionService({ capacity: 10, tables: () => tables, counters: () => other.counters(), departed: () => other.departed(), totals: new TotalsFile(folder), watch: undefined, onFault: (error) => { throw error; } });
    const after = (await next().count()).get(told.id);
    expect(after).toEqual({ packets: (before?.packets ?? 0) + 1, bytes: expect.any(Number), connections: before?.connections, lastHit: expect.any(Number) });
    writeFileSync(join(folder, 'totals.json'), 'x'.repeat(50));
    expect((await next().count()).get(told.id)).toMatchObject({ connections: 0 });
  });
});
