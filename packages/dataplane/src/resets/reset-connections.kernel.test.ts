/** Connections that are ended so that both ends hear it: idle and busy ones, of pods and machines, through a Service and from outside; and those beside them that go on. */
import { formatAddress, ipv4 } from '@firsthop/netaddr';
import { decisionOf, handMadeTables, NodeGround, rowOf, saidBy } from '@firsthop/testkit';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PacketSocket, Rtnetlink } from '@firsthop/netlink';
import { Surroundings } from './find-ends.ts';
import { tcpFlag, writeTcpFrame } from './tcp-frame.ts';
import { type Connections, type EndedEntry, kernelConnections } from '../connections.ts';

const ground = new NodeGround({ pods: ['a', 'b'], machines: ['v', 'w'], outside: [ipv4(0xcb00_7107)] });
const namespace = `/run/netns/${ground.netns}`;
const service = '10.96.0.1';
const [allow, drop] = [decisionOf('a', 'allow'), decisionOf('d', 'drop')];
const [open, closed] = [rowOf('1', allow), rowOf('2', drop)];
/** Servers begin nothing: else what they say in the middle of an ended connection would be taken for the beginning of another one. */
const tables = handMadeTables({
  decisions: [allow, drop],
  groups: { asks: { ingress: open, egress: open }, serves: { ingress: open, egress: closed } },
  endpoints: [ground.endpoint('a', 'asks'), ground.endpoint('v', 'asks'), ground.endpoint('b', 'serves'), ground.endpoint('w', 'serves')],
});

/** Says `up`, and then how each of its connections ends. */
const server = (address: string): string => `
  let up = 0;
  for (const port of [7000, 7001]) require('net').createServer((c) => { c.on('error', (e) => console.log(port + e.code)); c.on('end', () => console.log(port + 'end')); c.pipe(c); }).listen({ port, host: '${address}' }, () => { if (++up === 2) console.log('up'); });`;
/** `pace`: milliseconds between two words; 0 is one word and then silence. Asked, it says something and whether that is answered. */
const client = (address: string, port: number, pace: number): string => `
  const c = require('net').connect({ port: ${port}, host: '${address}', noDelay: true }); let heard = 0;
  c.on('error', (e) => console.log(e.code)); c.on('end', () => console.log('end'));
  c.on('data', () => { if (heard++ === 0) console.log('up'); });
  c.on('connect', () => { c.write('x'); ${pace === 0 ? '' : `setInterval(() => c.writable && c.write('x'.repeat(100)), ${pace});`} });
  process.stdin.on('data', () => { const before = heard; c.write('y'); setTimeout(() => console.log(heard > before ? 'goes on' : 'silence'), 200); });`;

const within = (child: ChildProcess, patience: number): Promise<string> => Promise.race([saidBy(child), delay(patience, 'nothing')]);

describe('both ends hear it', () => {
  let connections: Connections;
  const servers = new Map<string, ChildProcess>();
  const begin = async (from: string, to: string, port: number, pace: number): Promise<ChildProcess> => {
    const child = ground.inside(from, client(to, port, pace));
    expect(await saidBy(child)).toBe('up');
    return child;
  };

  /** How many ends were told. */
  const end = async (): Promise<number> => {
    const ended: EndedEntry[] = [];
    await connections.endWhere(({ port }) => port === 7000, (_, was) => ended.push(was));
    return connections.tell(ended);
  };

  beforeAll(async () => {
    await ground.build();
    execFileSync('ip', ['netns', 'exec', ground.netns, 'nft', '-f', '-'], { input: `table ip service {\nchain pre { type nat hook prerouting priority dstnat; ip daddr ${service} dnat to ${formatAddress(ground.addressOf('b'))}\n}\n}` });
    await ground.realize(ground.ruleset(tables));
    connections = kernelConnections({ namespace, hardwareOf: (address) => ['v', 'w'].map((name) => ground.workload(name)).find(({ addresses }) => addresses.includes(address))?.mac });
    for (const [name, address] of [['b', '::'], ['w', '::']] as const) {
      const child = ground.inside(name, server(address));
      await saidBy(child);
      servers.set(name, child);
    }
  });
  afterAll(() => {
    connections.close();
    ground.remove();
  });

  const cases: readonly { readonly name: string; readonly from: string; readonly to: string; readonly family?: 0 | 1; readonly at?: string; readonly pace: number }[] = [
    { name: 'two pods, silent', from: 'a', to: 'b', pace: 0 },
    { name: 'two pods, talking all the time', from: 'a', to: 'b', pace: 1 },
    { name: 'two pods, IPv6', from: 'a', to: 'b', family: 1, pace: 0 },
    { name: 'through a Service', from: 'a', to: 'b', at: service, pace: 0 },
    { name: 'two machines of one bridge', from: 'v', to: 'w', pace: 0 },
    { name: 'a machine and a pod', from: 'v', to: 'b', pace: 5 },
    { name: 'a pod and a machine, IPv6', from: 'a', to: 'w', family: 1, pace: 5 },
    { name: 'a machine through a Service', from: 'v', to: 'b', at: service, pace: 0 },
    { name: 'somebody outside and a pod', from: 'outside', to: 'b', pace: 5 },
  ];
  it.each(cases)('$name', async ({ from, to, family = 0, at, pace }) => {
    const ending = await begin(from, at ?? formatAddress(ground.addressOf(to, family)), 7000, pace);
    const beside = await begin(from, at ?? formatAddress(ground.addressOf(to, family)), 7001, pace);
    const serving = servers.get(to) as ChildProcess;
    const heard = [within(ending, 1000), within(serving, 1000)];
    const began = performance.now();
    expect(await end()).toBe(2);
    const told = await Promise.all(heard);
    console.log(`${told.join(', ')} after ${(performance.now() - began).toFixed(0)} ms`);
    expect(told).toEqual(['ECONNRESET', '7000ECONNRESET']);
    beside.stdin?.write('?\n');
    expect(await saidBy(beside)).toBe('goes on');
    for (const child of [ending, beside]) child.kill('SIGKILL');
    await delay(50);
    await connections.endWhere(({ port }) => port === 7000 || port === 7001);
  });

  it('without it, neither hears anything: an end that says nothing waits for ever', async () => {
    const [ending, serving] = [await begin('a', formatAddress(ground.addressOf('b')), 7000, 0), servers.get('b') as ChildProcess];
    const heard = [within(ending, 1000), within(serving, 1000)];
    expect(await connections.endWhere(({ port }) => port === 7000)).toBe(1);
    expect(await Promise.all(heard)).toEqual(['nothing', 'nothing']);
    ending.kill('SIGKILL');
  });

  it('a reset that is only guessed is not heeded: who does not ask where an end stands tells nobody', async () => {
    const [ending, serving] = [await begin('a', formatAddress(ground.addressOf('b')), 7000, 0), servers.get('b') as ChildProcess];
    const heard = [within(ending, 1000), within(serving, 1000)];
    const ended: EndedEntry[] = [];
    await connections.endWhere(({ port }) => port === 7000, (_, was) => ended.push(was));
    const network = new Rtnetlink({ namespace });
    const ends = ended.flatMap((was) => new Surroundings(network, () => undefined).endsOf(was));
    network.close();
    expect(ends).toHaveLength(2);
    for (const { path: { from, fromPort, to, toPort }, link, frame } of ends) {
      const socket = new PacketSocket({ namespace, link });
      socket.send(writeTcpFrame({ from: to, fromPort: toPort, to: from, toPort: fromPort, flags: tcpFlag.rst, sequence: 1, acknowledged: 0 }, frame));
      socket.close();
    }
    expect(await Promise.all(heard)).toEqual(['nothing', 'nothing']);
    ending.kill('SIGKILL');
  });

  it('five hundred of them hear it within a second, and nobody else', async () => {
    const many = ground.inside('a', `let up = 0, reset = { 7000: 0, 7001: 0 }; for (let i = 0; i < 1000; i++) { const port = 7000 + i % 2; const c = require('net').connect({ port, host: '${formatAddress(ground.addressOf('b'))}' }); c.on('error', () => reset[port]++); c.once('data', () => { if (++up === 1000) console.log('up'); }); c.on('connect', () => c.write('x')); } process.stdin.on('data', () => console.log(JSON.stringify(reset)));`);
    expect(await saidBy(many)).toBe('up');
    const began = performance.now();
    expect(await end()).toBe(1000);
    console.log(`1000 ends told after ${(performance.now() - began).toFixed(0)} ms`);
    expect(performance.now() - began).toBeLessThan(1000 * Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1));
    many.stdin?.write('?\n');
    expect(JSON.parse(await saidBy(many))).toEqual({ 7000: 500, 7001: 0 });
    many.kill('SIGKILL');
  });
});
