/** Law: nothing that is crafted behind one of our interfaces, or sent to one, gets round its guards; and each guard is what keeps it. */
import { randomBytes } from 'node:crypto';
import { ipv4, ipv6 } from '@firsthop/netaddr';
import { Conntrack } from '@firsthop/netlink';
import type { NftState } from '@firsthop/ruleset';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arp, broadcast, discovery, type Ends, frameOf, icmp6, udp } from './guards/frames.ts';
import { GuardedGround, sharedAddresses, sharedMac, without } from './guards/guarded-ground.ts';
import { cuttings, threats } from './guards/threats.ts';
import { slowness } from './second-kernel/kernel-abilities.ts';

/** What does not come within this does not come: the broken variants show how fast it would. */
const SILENCE_MS = 40 * slowness;
const PATIENCE_MS = 2000 * slowness;

const ground = new GuardedGround(`c${process.pid.toString(16).padStart(3, '0').slice(-3)}`);
beforeAll(() => ground.build());
afterAll(() => ground.remove());

interface Sent {
  readonly from: string;
  readonly at: string;
  readonly frames: (mark: Buffer) => readonly Buffer[];
}
const arrives = ({ from, at, frames }: Sent, patience: number): Promise<boolean> => {
  const mark = randomBytes(16);
  const [out, there] = [ground.frames(from), ground.frames(at)];
  for (const frame of frames(mark)) out.send(frame);
  return there.sees(mark, patience);
};
/** Sent again and again: the kernel stops tracking connections only some time after the last rule that asked for it. */
const getsThrough = async (sent: Sent): Promise<boolean> => {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) if (await arrives(sent, SILENCE_MS)) return true;
  return false;
};
const broken = async <T>(state: NftState, look: () => Promise<T>): Promise<T> => {
  await ground.realize(state);
  try {
    return await look();
  } finally {
    await ground.realize(ground.whole);
  }
};

it.each([0, 1] as const)("a pod does not answer the node in another's name, family %i", async (family) => {
  const [pod, node] = [ground.addressOf('b', family), ground.addressOf('node', family)];
  ground.nft(`table inet seen {\ncounter answers {\n}\nchain in {\ntype filter hook input priority 10; policy accept;\niifname "${ground.workload('a').device}" udp sport 53 counter name answers\n}\n}`);
  const seen = (): boolean => /packets [1-9]/.test(ground.nft('list counters table inet seen'));
  try {
    expect((await ground.prober.probe({ fromNamespace: ground.node, toNamespace: ground.namespaceOf('b'), source: node, destination: pod, protocol: 'UDP', port: 53 })).verdict).toBe('allow');
    const connections = new Conntrack({ namespace: `/run/netns/${ground.node}` });
    let port = 0;
    for await (const { original } of connections.entries()) if (original.destination === pod && original.destinationPort === 53) port = original.sourcePort ?? 0;
    connections.close();
    expect(port).toBeGreaterThan(0);
    const forge = (): void => ground.frames('a').send(frameOf({ from: ground.macOf('a'), to: ground.macOf('node', ground.workload('a').device) }, { source: pod, destination: node }, udp({ source: pod, destination: node }, [53, port], randomBytes(16))));
    forge();
    await delay(SILENCE_MS);
    expect(seen()).toBe(false);
    expect(await broken(without(ground.whole, [{ chain: 'from_managed', rule: /saddr @local[46]/ }]), async () => (forge(), await delay(SILENCE_MS), seen()))).toBe(true);
  } finally {
    ground.nft('delete table inet seen');
  }
});

/** Only connection tracking puts pieces together again before anybody looks. */
const stateless = (state: NftState): NftState =>
  new Map([...state].map(([family, table]) => [family, { ...table, chains: new Map([...table.chains].map(([name, chain]) => [name, { ...chain, rules: chain.rules.filter((rule) => !/\bct (?:state|direction)\b/.test(rule)) }])) }]));

describe('what is kept', () => {
  it.each(threats)('$name', async ({ from, at, frames, cuts, isTracked }) => {
    const sent: Sent = { from, at, frames: (mark) => frames(ground, mark) };
    expect(await arrives(sent, SILENCE_MS)).toBe(false);
    const state = without(ground.whole, cuts);
    expect(await broken(isTracked === true ? stateless(state) : state, () => getsThrough(sent)), 'without the guard').toBe(true);
  });
});

describe('pieces', () => {
  it.each(cuttings)('$name', async ({ from, at, frames, isTiny }) => {
    expect(await arrives({ from, at, frames: (mark) => frames(ground, mark, 80) }, isTiny ? SILENCE_MS : PATIENCE_MS), 'to an open port').toBe(!isTiny);
    expect(await arrives({ from, at, frames: (mark) => frames(ground, mark, 81) }, SILENCE_MS), 'to a closed port').toBe(false);
  });

  it('the last of them pass where the ruleset does not track connections', async () => {
    const passed = await broken(stateless(ground.whole), async () => {
      const seen: boolean[] = [];
      for (const { from, at, frames } of cuttings.filter(({ from }) => from === 'a')) seen.push(await getsThrough({ from, at, frames: (mark) => frames(ground, mark, 81) }));
      return seen;
    });
    expect(passed.every(Boolean)).toBe(true);
  });
});

it('told in registers, the same is kept, and pieces to an open port pass', async () => {
  await broken(ground.inRegisters, async () => {
    const passed: string[] = [];
    for (const { name, from, at, frames } of threats) if (await arrives({ from, at, frames: (mark) => frames(ground, mark) }, SILENCE_MS)) passed.push(name);
    for (const { name, from, at, frames } of cuttings) if (await arrives({ from, at, frames: (mark) => frames(ground, mark, 81) }, SILENCE_MS)) passed.push(name);
    expect(passed).toEqual([]);
    for (const { name, from, at, frames, isTiny } of cuttings) expect(await arrives({ from, at, frames: (mark) => frames(ground, mark, 80) }, isTiny ? SILENCE_MS : PATIENCE_MS), name).toBe(!isTiny);
  });
  const open = without(ground.inRegisters, [{ family: 'bridge', chain: 'from_port', rule: '8021q' }, { family: 'bridge', chain: 'to_port', rule: '8021q' }]);
  const tags = threats.filter(({ name }) => name.startsWith('a tag of priority round policy'));
  expect(tags.length).toBe(2);
  for (const { from, at, frames } of tags) expect(await broken(open, () => getsThrough({ from, at, frames: (mark) => frames(ground, mark) }))).toBe(true);
});

describe('what honest machines need', () => {
  const all = ipv6((0xff02n << 112n) | 1n);
  const servers = ipv6((0xff02n << 112n) | (1n << 16n) | 2n);
  const link = ipv6((0xfe80n << 112n) | 0x1234n);
  const [nobody, everybody] = [ipv4(0), ipv4(0xffffffff)];
  const toEverybody = () => ({ from: ground.macOf('v'), to: broadcast });
  const own: Ends[] = [];
  beforeAll(() => void own.push({ source: ground.addressOf('v', 1), destination: all }));
  it.each([
    { name: 'asks for an address', frames: (mark: Buffer) => [frameOf(toEverybody(), { source: nobody, destination: everybody }, udp({ source: nobody, destination: everybody }, [68, 67], mark))] },
    { name: 'asks for an IPv6 address', frames: (mark: Buffer) => [frameOf(toEverybody(), { source: link, destination: servers }, udp({ source: link, destination: servers }, [546, 547], mark))] },
    { name: 'asks whether its address is free', frames: (mark: Buffer) => [arp(toEverybody(), { operation: 1, senderMac: ground.macOf('v'), sender: nobody, target: ground.addressOf('v', 0) }, mark)] },
    { name: 'announces its address', frames: (mark: Buffer) => [arp(toEverybody(), { operation: 2, senderMac: ground.macOf('v'), sender: ground.addressOf('v', 0), target: ground.addressOf('v', 0) }, mark)] },
    { name: 'announces its IPv6 address', frames: (mark: Buffer) => own.map((ends) => frameOf(toEverybody(), ends, discovery(ends, 136, ends.source, mark), { hopLimit: 255 })) },
    { name: 'says what it listens to', frames: (mark: Buffer) => [frameOf(toEverybody(), { source: ipv6(0n), destination: all }, icmp6({ source: ipv6(0n), destination: all }, 143, Buffer.concat([Buffer.alloc(4), mark])), { hopLimit: 1 })] },
  ])('a machine $name', async ({ frames }) => {
    expect(await arrives({ from: 'v', at: 'lan', frames }, PATIENCE_MS)).toBe(true);
  });
});

describe('an address that is lent to a machine', () => {
  const [ip, ip6] = sharedAddresses;
  const said = (who: 'v' | 'w') => ({ from: ground.macOf(who), to: broadcast });
  const advertised = (): Ends => ({ source: ip6, destination: ipv6((0xff02n << 112n) | 1n) });
  const reached = (source: typeof ip, who: 'v' | 'w') => ({ link: { from: ground.macOf(who), to: ground.macOf('lan') }, ends: { source, destination: ground.addressOf('lan', typeof source === 'number' ? 0 : 1) } });
  it.each([
    { name: 'is announced', frames: (mark: Buffer, who: 'v' | 'w') => [arp(said(who), { operation: 2, senderMac: ground.macOf(who), sender: ip, target: ip }, mark)] },
    { name: 'is announced in IPv6', frames: (mark: Buffer, who: 'v' | 'w') => [frameOf(said(who), advertised(), discovery(advertised(), 136, ip6, mark), { hopLimit: 255 })] },
    ...[ip, ip6].map((source) => ({ name: `is spoken from, ${typeof source === 'number' ? 'IPv4' : 'IPv6'}`, frames: (mark: Buffer, who: 'v' | 'w') => [frameOf(reached(source, who).link, reached(source, who).ends, udp(reached(source, who).ends, [20_000, 9], mark))] })),
  ])('$name by it, and by no other', async ({ frames }) => {
    expect(await arrives({ from: 'v', at: 'lan', frames: (mark) => frames(mark, 'v') }, PATIENCE_MS)).toBe(true);
    expect(await arrives({ from: 'w', at: 'lan', frames: (mark) => frames(mark, 'w') }, SILENCE_MS)).toBe(false);
  });
});

describe('a hardware address that is lent to a machine', () => {
  const [ip, ip6] = sharedAddresses;
  const [routers, routers6] = [ipv4(0xe000_0012), ipv6((0xff02n << 112n) | 0x12n)];
  const toAll = { from: sharedMac, to: broadcast };
  const toLan = () => ({ from: sharedMac, to: ground.macOf('lan') });
  const advertised = (): Ends => ({ source: ip6, destination: ipv6((0xff02n << 112n) | 1n) });
  const reached = (source: typeof ip): Ends => ({ source, destination: ground.addressOf('lan', typeof source === 'number' ? 0 : 1) });
  const announced = (who: string, family: 0 | 1): Ends => ({ source: ground.addressOf(who, family), destination: family === 0 ? routers : routers6 });
  const vrrp = (ends: Ends, mark: Buffer): Buffer[] => [frameOf({ from: sharedMac, to: typeof ends.source === 'number' ? '01:00:5e:00:00:12' : '33:33:00:00:00:12' }, ends, { protocol: 112, bytes: mark }, { hopLimit: 255 })];
  const uses: readonly { readonly name: string; readonly frames: (mark: Buffer, who: string) => Buffer[] }[] = [
    { name: 'announces an address', frames: (mark: Buffer) => [arp(toAll, { operation: 2, senderMac: sharedMac, sender: ip, target: ip }, mark)] },
    { name: 'announces an address of IPv6', frames: (mark: Buffer) => [frameOf(toAll, advertised(), discovery(advertised(), 136, ip6, mark), { hopLimit: 255 })] },
    ...[ip, ip6].map((source) => ({ name: `speaks, ${typeof source === 'number' ? 'IPv4' : 'IPv6'}`, frames: (mark: Buffer) => [frameOf(toLan(), reached(source), udp(reached(source), [20_000, 9], mark))] })),
    ...([0, 1] as const).map((family) => ({ name: `says that it is the router, family ${family}`, frames: (mark: Buffer, who: string) => vrrp(announced(who, family), mark) })),
  ];
  it.each(uses)('$name by it, and by no other; nor by it where it is not named', async ({ frames }) => {
    const by = (from: string): Sent => ({ from, at: 'lan', frames: (mark) => frames(mark, from) });
    expect(await arrives(by('v'), PATIENCE_MS)).toBe(true);
    expect(await arrives(by('w'), SILENCE_MS)).toBe(false);
    const unnamed: NftState = new Map([...ground.whole].map(([family, table]) => [family, { ...table, maps: new Map([...table.maps].map(([name, map]) => [name, { ...map, elements: new Map([...map.elements].filter(([key]) => !key.includes(sharedMac))) }])) }]));
    expect(await broken(unnamed, () => arrives(by('v'), SILENCE_MS))).toBe(false);
  });

  it.each([0, 1] as const)('what routers say to each other is given to whom it is lent, and to no other, family %i', async (family) => {
    const to = (at: string): Sent => ({ from: 'lan', at, frames: (mark) => vrrp(announced('lan', family), mark) });
    expect([await arrives(to('v'), PATIENCE_MS), await arrives(to('w'), SILENCE_MS)]).toEqual([true, false]);
    expect(await broken(without(ground.whole, [{ family: 'bridge', chain: 'to_port', rule: /^counter name "c_unprogrammed" drop$/ }]), () => getsThrough(to('w')))).toBe(true);
    expect(await broken(without(ground.whole, [{ family: 'bridge', chain: 'to_port', rule: '@routers' }]), () => arrives(to('v'), SILENCE_MS))).toBe(false);
  });
});

describe('what is not ours', () => {
  const reach = async (from: string, to: string, port: number, family: 0 | 1): Promise<string> =>
    (await ground.prober.probe({ fromNamespace: ground.namespaceOf(from), toNamespace: ground.namespaceOf(to), source: ground.addressOf(from, family), destination: ground.addressOf(to, family), protocol: 'TCP', port, patience: 100 })).verdict;

  it.each([0, 1] as const)('a host on the same bridge by another port: as policy says, family %i', async (family) => {
    expect([await reach('lan', 'v', 80, family), await reach('lan', 'w', 80, family), await reach('lan', 'w', 81, family), await reach('w', 'lan', 80, family)]).toEqual(['allow', 'allow', 'drop', 'allow']);
    const closed = without(ground.whole, [{ chain: 'from_managed', rule: 'iifname @bridges accept' }, { chain: 'to_managed', rule: 'oifname @bridges accept' }]);
    expect(await broken(closed, async () => [await reach('lan', 'v', 80, family), await reach('w', 'lan', 80, family)])).toEqual(['drop', 'drop']);
  });

  it.each([0, 1] as const)('devices of others: whatever passes between them is neither dropped nor counted, family %i', async (family) => {
    const strange: Sent = {
      from: 'odd0',
      at: 'odd1',
      frames: (mark) => {
        const between = { source: family === 0 ? ipv4(0x01020304) : ipv6((0x2001n << 112n) | 9n), destination: ground.addressOf('odd1', family) };
        return [frameOf({ from: ground.macOf('odd0'), to: ground.macOf('node', 'odd0') }, between, udp(between, [67, 68], mark))];
      },
    };
    const before = await ground.counted();
    expect(await arrives(strange, PATIENCE_MS)).toBe(true);
    expect(await ground.counted()).toBe(before);
    const greedy = new Map([...ground.whole].map(([table, { chains, ...rest }]) => [table, { ...rest, chains: new Map([...chains].map(([name, chain]) => [name, { ...chain, rules: chain.rules.map((rule) => rule.replace('"fhp*"', '"odd*"')) }])) }]));
    expect(await broken(greedy, async () => [await arrives(strange, SILENCE_MS), (await ground.counted()) > before])).toEqual([false, true]);
  });
});
