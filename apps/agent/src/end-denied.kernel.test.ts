/** Ten thousand connections of TCP and ten thousand of UDP, half of them denied by a new policy: the half is cut, and nothing happens to the other one. */
import type { ClassTables, Row } from '@firsthop/classifier';
import { type Connections, kernelConnections } from '@firsthop/dataplane';
import { formatAddress } from '@firsthop/netaddr';
import { decisionOf, handMadeTables, NodeGround, type PortSteps, rowOf, saidBy } from '@firsthop/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deniedBy } from './denied-connections.ts';
import { DeniedEnder } from './end-denied.ts';

/** An emulated machine has fewer of them, and needs longer. */
const slowness = Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1);
const each = 5000 / slowness;
const [kept, cut] = [7000, 7001];
const ground = new NodeGround({ pods: ['a', 'b'] });
const [allow, drop] = [decisionOf('a', 'allow'), decisionOf('d', 'drop')];
const open = rowOf('1', allow);
const steps: PortSteps = [[cut, cut, drop]];
const some = rowOf('2', allow, { 6: steps, 17: steps });
const tablesOf = (forB: Row): ClassTables => handMadeTables({ decisions: [allow, drop], groups: { a: { ingress: open, egress: open }, b: { ingress: forB, egress: open } }, endpoints: ['a', 'b'].map((name) => ground.endpoint(name, name)) });
let connections: Connections;

const server = `
  let up = 0; const ready = () => { if (++up === 4) console.log('up'); };
  for (const port of [${kept}, ${cut}]) {
    require('net').createServer({ noDelay: true }, (c) => { c.on('error', () => 0); c.on('data', (d) => c.write(d)); }).listen({ port, backlog: 4096 }, ready);
    const s = require('dgram').createSocket({ type: 'udp4', recvBufferSize: 32 << 20 }); s.on('message', (m, a) => s.send(m, a.port, a.address)); s.bind(port, ready);
  }`;
/** Opens all of one protocol; then, for each line that it is given, says something on each of them and how many were answered, by port. */
const client = (protocol: 'tcp' | 'udp', to: string): string => `
  const speak = [], heard = {}; let at = 0;
  const next = () => {
    if (at === ${2 * each}) { console.log('up'); return; }
    const port = at % 2 ? ${kept} : ${cut}, localPort = 1024 + at++; let begun = false;
    const answered = () => { if (begun) heard[port] = (heard[port] ?? 0) + 1; else { begun = true; setImmediate(next); } };
    ${
      protocol === 'tcp'
        ? `const c = require('net').connect({ port, host: '${to}', localPort, noDelay: true }); c.on('error', (e) => console.error(e.code)); c.on('connect', () => c.write('x')); c.on('data', answered); speak.push(() => c.write('x'));`
        : `const s = require('dgram').createSocket('udp4'); s.on('error', (e) => console.error(e.code)); s.on('message', answered); s.bind(localPort, () => s.send('x', port, '${to}')); speak.push(() => s.send('x', port, '${to}'));`
    }
  };
  next();
  process.stdin.on('data', () => {
    for (const key of Object.keys(heard)) delete heard[key];
    speak.forEach((one, i) => setTimeout(one, i / 20));
    setTimeout(() => console.log(JSON.stringify(heard)), ${(2 * each) / 20 + 1500 * slowness});
  });`;

beforeAll(async () => {
  await ground.build();
  connections = kernelConnections({ namespace: `/run/netns/${ground.netns}` });
});
afterAll(() => {
  connections?.close();
  ground.remove();
});

const realize = (tables: ClassTables): Promise<number> => ground.realize(ground.ruleset(tables));
const end = (isDenied: (connection: Parameters<ReturnType<typeof deniedBy>>[0]) => boolean): Promise<number> =>
  new Promise((onEnded, onFault) => new DeniedEnder({ connections, deniedNow: () => ({ isDenied, isTold: () => false }), onEnded, onFault }).changed());

it('the denied half is cut, the other half untouched', { timeout: 60_000 * slowness }, async () => {
  await realize(tablesOf(open));
  await saidBy(ground.inside('b', server));
  const to = formatAddress(ground.addressOf('b'));
  const talkers = (['tcp', 'udp'] as const).map((protocol) => ground.inside('a', client(protocol, to)));
  await Promise.all(talkers.map(saidBy));
  const speak = async (): Promise<unknown> => {
    const said = talkers.map(saidBy);
    for (const talker of talkers) talker.stdin?.write('\n');
    return (await Promise.all(said)).map((line) => JSON.parse(line) as unknown);
  };
  expect(await speak()).toEqual([{ [kept]: each, [cut]: each }, { [kept]: each, [cut]: each }]);
  const denying = tablesOf(some);
  await realize(denying);
  const started = performance.now();
  expect(await end(deniedBy(denying))).toBe(2 * each);
  console.log(`${2 * each} of ${4 * each} connections ended in ${(performance.now() - started).toFixed(0)} ms`);
  expect(await speak()).toEqual([{ [kept]: each }, { [kept]: each }]);
  // Broken variant: who forgets all connections, to be sure, cuts TCP that policy allows.
  expect(await end(() => true)).toBeGreaterThanOrEqual(2 * each);
  expect(await speak()).toEqual([{}, expect.anything()]);
});
