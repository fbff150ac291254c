/**
 * Something that nobody knows leads packets past the hooks: the search for known bypasses is blind here, and the counters find it. Real traffic of
 * pods and machines that comes by the hooks is never suspected.
 */
import { Dataplane, netlinkPort, readPathCounts } from '@firsthop/dataplane';
import { type HostLinks, listLinks, readTraffic } from '@firsthop/hostif';
import { formatAddress } from '@firsthop/netaddr';
import type { NodePlan, PolicyGroupId, Stage } from '@firsthop/plan';
import { NodeGround, saidBy } from '@firsthop/testkit';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Enforcement } from './enforcement.ts';
import { PathWatch } from './path-watch.ts';

const ground = new NodeGround({ pods: ['a', 'b', 'c'], machines: ['v', 'w'] });
const namespace = `/run/netns/${ground.netns}`;
const tc = (text: string): void => void execFileSync('tc', ['-n', ground.netns, ...text.split(' ')]);
const deviceOf = (name: string): string => ground.workload(name).device;

const byDefault = (direction: 'ingress' | 'egress', verdict: 'allow' | 'drop'): Stage => ({ kind: 'default', verdict, attribution: { reason: 'workloadDefault', direction } });
const [open, closed] = ['0'.repeat(16), '1'.repeat(16)] as [PolicyGroupId, PolicyGroupId];
/** `b` takes nothing. */
const plan: NodePlan = {
  node: 'n',
  revision: { epoch: 1, watermarks: new Map(), digest: '0'.repeat(64) },
  ownNode: [], addressGroups: new Map(), rules: new Map(),
  policyGroups: new Map([
    [open, { id: open, ingress: [byDefault('ingress', 'allow')], egress: [byDefault('egress', 'allow')] }],
    [closed, { id: closed, ingress: [byDefault('ingress', 'drop')], egress: [byDefault('egress', 'allow')] }],
  ]),
  endpoints: new Map(['a', 'b', 'c', 'v', 'w'].map((name) => [name, { ...ground.endpoint(name, name === 'b' ? closed : open), device: deviceOf(name) }])),
};

/** Counts datagrams, and takes TCP. */
const receiver = `
  let n = 0; const s = require('dgram').createSocket({ type: 'udp4', recvBufferSize: 8 << 20 }); s.on('message', () => n++);
  s.bind(7000, () => require('net').createServer((c) => { c.on('error', () => 0); c.resume(); }).listen(7000, () => console.log('up')));
  process.stdin.on('data', () => console.log('got ' + n));`;
/** For each line: two hundred datagrams of that length to that address, or a megabyte and a half by TCP. */
const sender = `
  const s = require('dgram').createSocket('udp4');
  process.stdin.on('data', (line) => {
    const [how, to, length] = line.toString().trim().split(' ');
    if (how === 'tcp') { const c = require('net').connect(7000, to, () => c.end(Buffer.alloc(1500000))); c.on('close', () => console.log('sent')); return; }
    let left = 200;
    const next = () => (left-- === 0 ? console.log('sent') : s.send(Buffer.alloc(Number(length)), 7000, to, next));
    next();
  });
  console.log('up');`;

const macOf = (name: string): string => execFileSync('ip', ['netns', 'exec', ground.workload(name).namespace, 'cat', `/sys/class/net/eth0/address`], { encoding: 'utf8' }).trim();
/** What `a` takes for the hardware address of its router. */
const routerIs = (mac: string): void => {
  const inA = (...args: string[]): string => execFileSync('ip', ['-n', ground.workload('a').namespace, ...args], { encoding: 'utf8' });
  const [, via = ''] = /default via (\S+)/.exec(inA('-4', 'route', 'show', 'default')) ?? [];
  inA('neigh', 'replace', via, 'lladdr', mac, 'dev', 'eth0');
};

describe('packets that pass our hooks by', () => {
  const talkers = new Map<string, ChildProcess>();
  const hearers = new Map<string, ChildProcess>();
  let enforcement: Enforcement;
  let paths: PathWatch;

  /** What stands on a link is not looked at. */
  const blind = async (): Promise<HostLinks> => {
    const { paths: known, ...links } = await listLinks({ namespace });
    return { ...links, bridgeNetfilter: { 4: true, 6: true }, paths: new Map([...(known ?? [])].map(([name, path]) => [name, { ...path, filters: [], programs: [], hasXdp: false }])) };
  };
  const ask = async (child: ChildProcess | undefined, line: string): Promise<string> => {
    if (child === undefined) throw new Error('nobody there');
    const said = saidBy(child);
    child.stdin?.write(`${line}\n`);
    return said;
  };
  const heardBy = async (name: string): Promise<number> => Number((await ask(hearers.get(name), '?')).split(' ')[1]);
  const send = (from: string, to: string, length = 1000): Promise<string> => ask(talkers.get(from), `udp ${formatAddress(ground.addressOf(to))} ${length}`);
  const settled = (): Promise<boolean> => vi.waitUntil(() => !enforcement.isBusy, { timeout: 10_000, interval: 5 });
  /** Which endpoints are said not to be enforced, with the first word of the reason. */
  const bypassed = async (): Promise<string[]> => {
    await paths.look();
    await settled();
    return (enforcement.last?.endpoints ?? []).flatMap(({ id, reason }) => (reason === undefined ? [] : [`${id} ${reason.split(':')[0] ?? ''}`])).sort();
  };

  beforeAll(async () => {
    await ground.build();
    const port = netlinkPort({ netns: ground.netns });
    paths = new PathWatch({ readHooks: () => readPathCounts(port), readTraffic: () => readTraffic({ namespace }), onChange: () => enforcement.changed() });
    enforcement = new Enforcement({ dataplane: new Dataplane(port), listLinks: blind, exclusivePrefixes: [], unseen: () => paths.unseen, onRealized: ({ error }) => expect(error).toBeUndefined() });
    enforcement.adopt(plan);
    await settled();
    for (const name of ['b', 'c', 'w']) {
      const child = ground.inside(name, receiver);
      await saidBy(child);
      hearers.set(name, child);
    }
    for (const name of ['a', 'v']) {
      const child = ground.inside(name, sender);
      await saidBy(child);
      talkers.set(name, child);
    }
  });
  afterAll(() => ground.remove());

  it('traffic that comes by them is never suspected: long, short, in pieces, by TCP, denied, and while our rules are made anew', async () => {
    const before = await heardBy('c');
    for (const from of ['a', 'v'])
      for (const length of [1000, 100, 8000]) {
        await send(from, 'c', length);
        await send(from, 'b', length);
        await ask(talkers.get(from), `tcp ${formatAddress(ground.addressOf('c'))}`);
        expect(await bypassed()).toEqual([]);
      }
    expect(await heardBy('c')).toBeGreaterThan(before + 600);
    expect(await heardBy('b')).toBe(0);
    execFileSync('ip', ['netns', 'exec', ground.netns, 'nft', 'flush', 'ruleset']);
    await enforcement.verify();
    await settled();
    for (let i = 0; i < 4; i++) {
      await send('a', 'c');
      await send('v', 'w');
      expect(await bypassed()).toEqual([]);
    }
  });

  it.each([
    { from: 'a', to: 'b', found: ['a BypassedUnseen', 'b BypassedUnseen'] },
    { from: 'v', to: 'w', found: ['v BypassedUnseen', 'w BypassedUnseen'] },
  ])('a filter that leads from $from straight to $to, which nobody looks for, is found out at both ends, until it goes', async ({ from, to, found }) => {
    const before = await heardBy(to);
    const router = execFileSync('ip', ['netns', 'exec', ground.netns, 'cat', `/sys/class/net/${deviceOf('a')}/address`], { encoding: 'utf8' }).trim();
    tc(`qdisc add dev ${deviceOf(from)} clsact`);
    tc(`filter add dev ${deviceOf(from)} ingress u32 match u32 0 0 action mirred egress redirect dev ${deviceOf(to)}`);
    // A machine writes to the other one's hardware address anyhow; a pod takes it for its router's.
    if (from === 'a') routerIs(macOf('b'));
    for (let i = 0; i < 3; i++) {
      await send(from, to);
      await bypassed();
    }
    // It is no mere matter of counters: policy is gone round.
    expect(await heardBy(to)).toBeGreaterThan(before + 300);
    // `b`, to whom nothing may go, stays what it was found to be before.
    expect((await bypassed()).filter((one) => from === 'a' || !one.startsWith('b'))).toEqual(found);
    tc(`qdisc del dev ${deviceOf(from)} clsact`);
    if (from === 'a') routerIs(router);
    for (let i = 0; i < 2; i++) {
      await send(from, 'c');
      // The other end is cleared by what comes to it rightly.
      await send(from === 'a' ? 'v' : 'a', to === 'b' ? 'c' : to);
      await bypassed();
    }
    expect((await bypassed()).filter((one) => one.startsWith(from))).toEqual([]);
  });

  it('what a filter drops before us is not suspected', async () => {
    tc(`qdisc add dev ${deviceOf('a')} clsact`);
    // To a link that is down: whatever comes is dropped there, and counted.
    execFileSync('ip', ['-n', ground.netns, 'link', 'add', 'nowhere', 'type', 'veth', 'peer', 'name', 'nowhere1']);
    tc(`filter add dev ${deviceOf('a')} ingress u32 match u32 0 0 action mirred egress redirect dev nowhere`);
    const seen = new Set<string>();
    for (let i = 0; i < 4; i++) {
      await send('a', 'c');
      for (const one of await bypassed()) seen.add(one);
    }
    tc(`qdisc del dev ${deviceOf('a')} clsact`);
    expect([...seen].filter((one) => one.startsWith('a'))).toEqual([]);
  });
});
