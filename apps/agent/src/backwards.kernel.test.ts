/** Conversations of which the kernel heard an answer first, real TCP and UDP between pods: whoever asked is denied, and does not go on as if he were asked. */
import type { ClassTables } from '@firsthop/classifier';
import { type Connections, kernelConnections } from '@firsthop/dataplane';
import { decisionOf, handMadeTables, NodeGround, type PortSteps, rowOf, saidBy } from '@firsthop/testkit';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deniedBy, deniedEitherWay } from './denied-connections.ts';
import { DeniedEnder } from './end-denied.ts';

const slowness = Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1);
const [kept, cut] = [7000, 7001];
const ground = new NodeGround({ pods: ['a', 'b'] });
const [allow, drop] = [decisionOf('a', 'allow'), decisionOf('d', 'drop')];
const open = rowOf('1', allow);
const steps: PortSteps = [[cut, cut, drop]];
/** `b` may speak to `a`, but not be asked at one of its ports. */
const tables: ClassTables = handMadeTables({
  decisions: [allow, drop],
  groups: { a: { ingress: open, egress: open }, b: { ingress: rowOf('2', allow, { 6: steps, 17: steps }), egress: open } },
  endpoints: ['a', 'b'].map((name) => ground.endpoint(name, name)),
});
/** For each line it is given it says something on all of its sockets; then what it heard since the line before, by protocol and port of `b`. */
const talker = `
  const speak = []; let heard = {};
  const hear = (what) => () => { heard[what] = (heard[what] ?? 0) + 1; };
  const talk = (socket, what) => { socket.on('error', () => 0); socket.on('data', hear(what)); speak.push(() => socket.write('x')); };
  process.stdin.on('data', () => { speak.forEach((one) => one()); setTimeout(() => { console.log(JSON.stringify(heard)); heard = {}; }, ${200 * slowness}); });`;
const [client, server] = [
  `${talker} let up = 0; const ready = () => { if (++up === 4) console.log('up'); };
  for (const port of [${kept}, ${cut}]) {
    const c = require('net').connect({ port, host: '10.244.0.2', noDelay: true }, ready); talk(c, 'tcp' + port);
    const s = require('dgram').createSocket('udp4'); s.on('message', hear('udp' + port)); s.bind(port + 10000, ready); speak.push(() => s.send('x', port, '10.244.0.2'));
  }`,
  `${talker} let up = 0; const ready = () => { if (++up === 4) console.log('up'); };
  for (const port of [${kept}, ${cut}]) {
    require('net').createServer({ noDelay: true }, (c) => talk(c, 'tcp' + port)).listen(port, ready);
    const s = require('dgram').createSocket('udp4'); s.on('message', hear('udp' + port)); s.bind(port, ready); speak.push(() => s.send('x', port + 10000, '10.244.0.1'));
  }`,
];
let connections: Connections;
let [a, b]: ChildProcess[] = [];

/** What `b` hears when `a` speaks. */
const heardByServer = async (): Promise<unknown> => {
  await ask(a);
  return ask(b);
};
const ask = async (one: ChildProcess | undefined): Promise<unknown> => {
  const said = saidBy(one as ChildProcess);
  one?.stdin?.write('\n');
  return JSON.parse(await said) as unknown;
};
const tracking = (command: string): void => void execFileSync('ip', ['netns', 'exec', ground.netns, 'nft', command]);

beforeAll(async () => {
  await ground.build();
  connections = kernelConnections({ namespace: `/run/netns/${ground.netns}` });
  b = ground.inside('b', server);
  await saidBy(b);
  a = ground.inside('a', client);
  await saidBy(a);
});
afterAll(() => {
  connections?.close();
  ground.remove();
});

it('are judged both ways: what is denied from one end is ended, what both may begin goes on', { timeout: 60_000 * slowness }, async () => {
  // Tracking begins when all of them stand, and `b` is the first to be heard.
  tracking('add table inet other; add chain inet other seen { type filter hook forward priority 10; }; add rule inet other seen ct state established accept');
  expect(await ask(b)).toEqual({});
  await ask(a);
  await ask(b);
  await ground.realize(ground.ruleset(tables));
  // Broken variant: by the direction that the kernel believes in nothing is denied, and `a` goes on.
  expect(await connections.endWhere(deniedBy(tables))).toBe(0);
  await heardByServer();
  expect(await heardByServer()).toEqual({ tcp7000: 1, udp7000: 1, tcp7001: 1, udp7001: 1 });
  // While adopting, TCP from the middle is wanted.
  expect(await connections.endWhere(deniedEitherWay(tables, true))).toBe(1);
  expect(await connections.endWhere(deniedEitherWay(tables, false))).toBe(1);
  expect(await heardByServer()).toEqual({ tcp7000: 1, udp7000: 1 });
});

it('also for a while behind the beginning, because somebody may answer late', { timeout: 60_000 * slowness }, async () => {
  let ended = 0;
  const ender = new DeniedEnder({ connections, deniedNow: (isSettling) => ({ isDenied: isSettling ? deniedEitherWay(tables, false) : deniedBy(tables), isTold: () => false }), onEnded: (count) => void (ended += count), onFault: (error) => expect(error).toBeUndefined() });
  ender.changed(true);
  await delay(400);
  await ask(b);
  await expect.poll(() => ended, { timeout: 3000 }).toBeGreaterThan(0);
  await delay(1500);
  // Settled: who is heard first is believed again.
  const before = ended;
  await ask(b);
  ender.changed();
  await delay(600);
  expect(ended).toBe(before);
});
