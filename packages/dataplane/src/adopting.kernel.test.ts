/** Connections that are older than the ruleset: taken up while it is adopting, and never otherwise. Real TCP between pods. */
import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import { demolish, exclusivePrefixes, LabNetwork, type LabWorkload, NamespaceScope, planTopology } from '@firsthop/lab';
import { ipv4 } from '@firsthop/netaddr';
import type { PlanEndpoint, PolicyGroupId } from '@firsthop/plan';
import { renderRuleset } from '@firsthop/ruleset';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kernelConnections } from './connections.ts';
import { Dataplane } from './dataplane.ts';
import { netlinkPort } from './netlink/netlink-port.ts';

const run = `b${process.pid.toString(16).padStart(3, '0').slice(-3)}`;
const pod = (name: string, n: number) => ({ cluster: 'c', kind: 'pod' as const, name, node: 'n', addresses: [ipv4(0x0af4_0000 + n)] });
const topology = planTopology({ run, nodes: [{ cluster: 'c', name: 'n', addresses: [] }], workloads: [pod('a', 1), pod('b', 2)], outside: [] });
const workload = (name: string): LabWorkload => topology.workloads.find((one) => one.name === name) as LabWorkload;
const netns = topology.nodes[0]?.namespace ?? '';

const decision = (digit: string, verdict: Decision['verdict']): Decision => ({ id: digit.repeat(16) as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [allow, drop] = [decision('a', 'allow'), decision('d', 'drop')];
const [open, closed, some]: [Row, Row, Row] = [
  { id: '1'.repeat(16) as RowId, rest: allow.id, protocols: new Map() },
  { id: '3'.repeat(16) as RowId, rest: drop.id, protocols: new Map() },
  { id: '2'.repeat(16) as RowId, rest: drop.id, protocols: new Map([[6, [{ first: 0, last: 7999, decision: allow.id }, { first: 8000, last: 8000, decision: drop.id }, { first: 8001, last: 65_535, decision: allow.id }]]]) },
];
const endpoint = (name: string): PlanEndpoint => ({ id: name, kind: 'pod', workload: name, addresses: workload(name).addresses, allowedAddresses: [], policyGroup: name as PolicyGroupId });
const table = ({ id }: Row) => ({ rows: new Map([[0, id]]) });
/** `b` takes everything but TCP 8000, and may begin nothing: else its packets in the middle of a denied connection would be taken for the beginning of its own. */
const tables: ClassTables = {
  addresses: new Map(),
  ranges: [],
  rows: new Map([open, closed, some].map((one) => [one.id, one])),
  decisions: new Map([allow, drop].map((one) => [one.id, one])),
  groups: new Map([['a' as PolicyGroupId, { ingress: table(open), egress: table(open) }], ['b' as PolicyGroupId, { ingress: table(some), egress: table(closed) }]]),
  endpoints: new Map([endpoint('a'), endpoint('b')].map((one) => [one.id, one])),
  ownNode: [],
};
const state = (isAdopting: boolean) => renderRuleset({ tables, bindings: ['a', 'b'].map((name) => ({ endpoint: name, via: { kind: 'routed', device: workload(name).device } })), host: { exclusivePrefixes, isAdopting } });

let scope: NamespaceScope;
let dataplane: Dataplane;
const children: ChildProcess[] = [];
beforeEach(async () => {
  scope = new NamespaceScope();
  await new LabNetwork(topology, scope).build();
  dataplane = new Dataplane(netlinkPort({ netns }));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  scope.close();
  demolish(run);
});

const realize = async (isAdopting: boolean): Promise<void> => {
  const done = await dataplane.realize(state(isAdopting));
  if ('error' in done) throw new Error(done.error);
};
const inside = (name: string, script: string): ChildProcess => {
  const child = spawn('ip', ['netns', 'exec', workload(name).namespace, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return child;
};
/** Begun before there is a ruleset: says something all the time; how often it was answered. */
const conversation = async (port: number): Promise<() => number> => {
  const server = inside('b', `require('net').createServer((c) => { c.on('error', () => 0); c.pipe(c); }).listen(${port}, () => console.log('up'))`);
  await new Promise((resolve) => server.stdout?.once('data', resolve));
  let answers = 0;
  const client = inside('a', `let n = 0; const c = require('net').connect(${port}, '10.244.0.2'); c.on('data', () => n++); setInterval(() => { c.write('x'); console.log(n); }, 20)`);
  client.stdout?.on('data', (text: Buffer) => void (answers = Number(text.toString().trim().split('\n').at(-1))));
  await expect.poll(() => answers, { timeout: 10_000 }).toBeGreaterThan(3);
  return () => answers;
};
const goesOn = async (answers: () => number): Promise<boolean> => {
  await delay(300);
  const before = answers();
  await delay(700);
  return answers() > before;
};

/** How many connections to that port the kernel knew. */
const forget = async (to: number): Promise<number> => {
  const connections = kernelConnections({ namespace: `/run/netns/${netns}` });
  const count = await connections.endWhere(({ port }) => port === to);
  connections.close();
  return count;
};

it('while it is adopting, what policy allows goes on from the middle, also behind the window; what it denies does not', async () => {
  const [allowed, denied] = [await conversation(7000), await conversation(8000)];
  await realize(true);
  expect([await goesOn(allowed), await goesOn(denied)]).toEqual([true, false]);
  await realize(false);
  expect(await goesOn(allowed)).toBe(true);
  // Behind the window nobody takes it up again.
  expect(await forget(7000)).toBe(1);
  expect(await goesOn(allowed)).toBe(false);
});

it('without the window it ends, though policy allows it', async () => {
  const allowed = await conversation(7000);
  await realize(false);
  // The kernel begins to track with the first rule that asks for it, in the middle of our first transaction: what is said right then is known already.
  await forget(7000);
  expect(await goesOn(allowed)).toBe(false);
});

it('the end of the window is one change of rules, and a fresh start finds nothing to do', async () => {
  await realize(true);
  await realize(false);
  const listed = execFileSync('ip', ['netns', 'exec', netns, 'nft', 'list', 'table', 'inet', 'firsthop'], { encoding: 'utf8' });
  expect(listed.match(/ct state new tcp flags/g)).toHaveLength(2);
  expect(await new Dataplane(netlinkPort({ netns })).realize(state(false))).toMatchObject({ changes: 0 });
});
