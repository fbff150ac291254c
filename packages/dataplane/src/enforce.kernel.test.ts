/**
 * The rendered state in a real kernel: what it lets pass, what it closes, and that it leaks nothing while it changes.
 */
import { execFileSync } from 'node:child_process';
import { formatAddress, icmpOf, ipv4 } from '@firsthop/netaddr';
import type { Row } from '@firsthop/classifier';
import { chainEncoding, type Encoding, type NftState, registerEncoding } from '@firsthop/ruleset';
import type { ProbeProtocol } from '@firsthop/lab';
import { decisionOf, handMadeTables, NodeGround, rowOf } from '@firsthop/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dataplane } from './dataplane.ts';
import { netlinkPort } from './netlink/netlink-port.ts';
import { nftProgramPort } from './nft-program-port.ts';

const [allow, drop, reject] = [decisionOf('a', 'allow'), decisionOf('d', 'drop'), decisionOf('e', 'reject')];
const [open, closed] = [rowOf('1', allow), rowOf('2', drop)];
/** What `a` may do to `b`: TCP 80 and 8000-8999, echo requests; TCP 81 is rejected. */
const some = rowOf('3', drop, {
  6: [[80, 80, allow], [81, 81, reject], [8000, 8999, allow]],
  17: [[0, 52, reject], [53, 53, allow], [54, 65_535, reject]],
  1: [[0x800, 0x8ff, allow]],
  58: [[0x8000, 0x80ff, allow]],
});

/** `a` is class 1; everybody else is 0. `b` and `v` are guarded, the others open. */
const stateIn = (ground: NodeGround, encoding: Encoding) => (forA: Row, others: Row = closed): NftState =>
  ground.ruleset(
    handMadeTables({
      addresses: new Map(ground.workload('a').addresses.map((address) => [address, 1])),
      decisions: [allow, drop, reject],
      groups: { free: { ingress: open, egress: open }, guarded: { ingress: new Map([[0, others], [1, forA]]), egress: open } },
      endpoints: [ground.endpoint('a', 'free'), ground.endpoint('b', 'guarded'), ground.endpoint('v', 'guarded'), ground.endpoint('w', 'free')],
    }),
    { encoding },
  );

describe.each([chainEncoding, registerEncoding()])('the kernel does what the tables say in $name', (encoding) => {
  const ground = new NodeGround({ pods: ['a', 'b', 'unbound'], machines: ['v', 'w'] });
  const { netns, prober } = ground;
  const state = stateIn(ground, encoding);
  const nft = (text: string): string => execFileSync('ip', ['netns', 'exec', netns, 'nft', '-f', '-'], { input: text, encoding: 'utf8' });
  const list = (...what: string[]): string => execFileSync('ip', ['netns', 'exec', netns, 'nft', 'list', ...what], { encoding: 'utf8' });
  const realize = (desired: NftState): Promise<number> => ground.realize(desired);
  const ask = (from: string, to: string, protocol: ProbeProtocol, port = 0, family: 0 | 1 = 0): Promise<string> => ground.ask({ from, to, protocol, port, family });
  const fromNode = async (to: string, family: 0 | 1, protocol: ProbeProtocol = 'TCP'): Promise<string> =>
    (await prober.probe({ fromNamespace: netns, toNamespace: ground.workload(to).namespace, source: ground.addresses[family] as (typeof ground.addresses)[number], destination: ground.addressOf(to, family), protocol, port: 80 })).verdict;

  beforeAll(async () => {
    await ground.build();
    nft('table inet stranger {\nchain c {\ntype filter hook forward priority 5; policy accept;\ncounter\n}\n}');
    await realize(state(some));
  });
  afterAll(() => ground.remove());

  it.each(([0, 1] as const).flatMap((family) => ['b', 'v'].map((to) => ({ family, to }))))('pod to $to, family $family: ports, ranges, protocols', async ({ family, to }) => {
    const seen = await Promise.all([ask('a', to, 'TCP', 80, family), ask('a', to, 'TCP', 8500, family), ask('a', to, 'TCP', 81, family), ask('a', to, 'TCP', 9000, family), ask('a', to, 'UDP', 53, family), ask('a', to, 'UDP', 54, family), ask('a', to, 'ICMP', 0, family), ask('a', to, 'SCTP', 80, family)]);
    expect(seen).toEqual(['allow', 'allow', 'reject', 'drop', 'allow', 'reject', 'allow', 'drop']);
  });

  it.each([0, 1] as const)('virtual machines of one bridge are judged too, family %i', async (family) => {
    expect([await ask('w', 'v', 'TCP', 80, family), await ask('v', 'w', 'TCP', 80, family)]).toEqual(['drop', 'allow']);
  });

  it.each([0, 1] as const)('an interface without a plan is closed both ways, family %i; the node itself may probe pods', async (family) => {
    expect([await ask('unbound', 'a', 'TCP', 80, family), await ask('a', 'unbound', 'TCP', 80, family)]).toEqual(['drop', 'drop']);
    expect([await fromNode('unbound', family), await fromNode('b', family), await fromNode('v', family), await fromNode('w', family)]).toEqual(['allow', 'allow', 'drop', 'allow']);
    // The socket is told at once, by its own kernel; that is no refusal on the wire.
    expect([await fromNode('v', family, 'UDP'), await fromNode('v', family, 'ICMP')]).toEqual(['drop', 'drop']);
  });

  it.each([0, 1] as const)("another's address is dropped at the first hop, family %i", async (family) => {
    const stolen = ground.addressOf('a', family);
    const length = family === 0 ? 32 : 128;
    for (const thief of ['unbound', 'w']) {
      const nic = ground.workload(thief).kind === 'pod' ? 'eth0' : 'nic0';
      execFileSync('ip', ['-n', ground.workload(thief).namespace, 'addr', 'add', `${formatAddress(stolen)}/${length}`, 'dev', nic, ...(family === 1 ? ['nodad'] : [])]);
      const seen = await prober.probe({ fromNamespace: ground.workload(thief).namespace, toNamespace: ground.workload('b').namespace, source: stolen, destination: ground.addressOf('b', family), protocol: 'UDP', port: 53 });
      execFileSync('ip', ['-n', ground.workload(thief).namespace, 'addr', 'del', `${formatAddress(stolen)}/${length}`, 'dev', nic]);
      expect(seen).toEqual({ verdict: 'drop', arrived: false });
    }
  });

  it('a neighbour advertisement for an address that is not its own is dropped at the port', async () => {
    // The prober's message has the unspecified address where the target stands.
    const seen = await prober.probe({ fromNamespace: ground.workload('v').namespace, toNamespace: ground.workload('w').namespace, source: ground.addressOf('v', 1), destination: ground.addressOf('w', 1), protocol: 'ICMP', port: 0, icmp: { type: 136, code: 0 } });
    expect(seen).toEqual({ verdict: 'drop', arrived: false });
    expect(await ask('v', 'w', 'ICMP', 0, 1)).toBe('allow');
  });

  it.each([4, 6] as const)('an ICMP checksum is never read as a port, IPv%i', async (family) => {
    // Type and code are denied; only bytes 2 and 3, the checksum, differ from message to message.
    const index = family === 4 ? 0 : 1;
    const seen = await prober.probe({ fromNamespace: ground.workload('a').namespace, toNamespace: ground.workload('b').namespace, source: ground.addressOf('a', index), destination: ground.addressOf('b', index), protocol: 'ICMP', port: 0, icmp: { type: family === 4 ? 13 : 150, code: 0 } });
    expect(seen).toEqual({ verdict: 'drop', arrived: false });
    const whole = list('table', 'inet', 'firsthop');
    const ports = encoding.name === 'chains' ? whole.split('\n').filter((line) => line.includes('th dport vmap')) : [...whole.matchAll(/set [cs]_[\da-f]{8}_[a-z]+ \{[^}]*\}/g)].map(([map]) => map);
    expect(ports.join()).toMatch(/(\{|,)\s*(6|tcp) \. /);
    for (const line of ports) expect(line).not.toMatch(new RegExp(`(\\{|,)\\s*(${icmpOf(family)}|icmp|ipv6-icmp) \\. `));
  });

  it('a pod reaches itself through a Service, whatever its policy says', async () => {
    const own = ground.addressOf('b');
    const service = '10.96.0.1';
    // As kube-proxy does it: translated before the pod's own rules look, and masqueraded on the way back to itself.
    nft(`table ip service {\nchain pre { type nat hook prerouting priority dstnat; ip daddr ${service} dnat to ${formatAddress(own)}\n}\nchain post { type nat hook postrouting priority srcnat; ip saddr ${formatAddress(own)} ip daddr ${formatAddress(own)} masquerade\n}\n}`);
    const reach = async (from: string): Promise<string> => (await prober.probe({ fromNamespace: ground.workload(from).namespace, toNamespace: ground.workload('b').namespace, source: ground.addressOf(from), destination: ipv4(0x0a60_0001), answersAt: own, protocol: 'TCP', port: 82 })).verdict;
    expect([await reach('b'), await reach('a')]).toEqual(['allow', 'drop']);
    nft('delete table ip service');
  });

  it('touches nothing when nothing differs, and a fresh start neither', async () => {
    expect(await realize(state(some))).toBe(0);
    // What is written in registers nft can list and not read.
    const restarted = new Dataplane(encoding.name === 'chains' ? nftProgramPort({ netns }) : netlinkPort({ netns }));
    const done = await restarted.realize(state(some));
    expect(done).toMatchObject({ changes: 0, digest: expect.any(String) });
    expect(await ask('a', 'b', 'TCP', 80)).toBe('allow');
    const again = await restarted.realize(state(some));
    expect(again).toMatchObject({ changes: 0 });
  });

  it('finds and repairs what others changed in our tables, and leaves their tables alone', async () => {
    nft('add rule inet firsthop h_fwd accept\nflush map inet firsthop to_if');
    expect((await ground.dataplane.verify()).drift).toBeGreaterThan(0);
    await realize(state(some));
    expect((await ground.dataplane.verify()).drift).toBe(0);
    expect(await ask('a', 'b', 'TCP', 9000)).toBe('drop');
    expect(list('table', 'inet', 'stranger')).toContain('counter');
  });

  it('a transaction that the kernel refuses changes nothing and says where', async () => {
    const before = list('ruleset').replaceAll(/packets \d+ bytes \d+/g, '');
    const good = state(some);
    const inet = good.get('inet');
    if (inet === undefined) throw new Error('no inet table');
    const bad: NftState = new Map([...good, ['inet', { ...inet, chains: new Map([...inet.chains, ['x_bad', { rules: ['this is no rule'] }]]) }]]);
    expect(await ground.dataplane.realize(bad)).toMatchObject({ error: expect.stringContaining('this is no rule') });
    expect(list('ruleset').replaceAll(/packets \d+ bytes \d+/g, '')).toBe(before);
    expect(await ground.dataplane.realize(good)).toMatchObject({ changes: 0 });
  });

  describe('while the rules change, no denied packet passes', () => {
    const rounds = 1500 / Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1);
    /** Denied UDP datagrams from w to v that arrive while `change` runs again and again. */
    const leaked = async (times: number, change: (i: number) => Promise<void>): Promise<number> => {
      let arrived = 0;
      const stop = new AbortController();
      const flood = async (): Promise<void> => {
        while (!stop.signal.aborted) {
          const probes = Array.from({ length: 40 }, () => prober.probe({ fromNamespace: ground.workload('w').namespace, toNamespace: ground.workload('b').namespace, source: ground.addressOf('w'), destination: ground.addressOf('b'), protocol: 'UDP', port: 7777, patience: 20 }));
          arrived += (await Promise.all(probes)).filter((one) => one.arrived || one.verdict === 'allow').length;
        }
      };
      const flooding = flood();
      for (let i = 0; i < times; i++) await change(i);
      stop.abort();
      await flooding;
      return arrived;
    };

    it('by our transactions: none leaks', async () => {
      expect(await leaked(rounds, async (i) => void (await realize(state(i % 2 === 0 ? open : some))))).toBe(0);
    });

    it('by our changes of elements: none leaks', async () => {
      const held = state(some);
      const map = [...(held.get('inet')?.maps ?? [])].find(([name, { elements }]) => (name.startsWith('a4_') || name === 'class4') && elements.size > 0);
      if (map === undefined) throw new Error('a class has a map');
      const elements = map[1].elements as Map<string, string>;
      const [value = ''] = elements.values();
      await realize(held);
      // Somebody else comes and goes; the denied one stays denied.
      const change = async (i: number): Promise<void> => {
        const other = '10.200.0.1';
        const [was, now] = i % 2 === 0 ? [undefined, value] : [value, undefined];
        if (now === undefined) elements.delete(other);
        else elements.set(other, now);
        const done = await ground.dataplane.realize(held, [{ map: map[0], key: other, was, now }]);
        if ('error' in done) throw new Error(done.error);
      };
      expect(await leaked(10 * rounds, change)).toBe(0);
    });

    // What is printed of registers cannot be loaded.
    if (encoding.name === 'registers') return;
    it('by deleting and loading the table again, as one should not: the test catches it', async () => {
      const text = list('table', 'inet', 'firsthop');
      const program = nftProgramPort({ netns });
      const naive = async (): Promise<void> => {
        await program.apply(['delete table inet firsthop']);
        await program.apply([text]);
      };
      expect(await leaked(40, naive)).toBeGreaterThan(0);
    });
  });
});
