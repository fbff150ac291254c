/** Law: kube-proxy and the data plane do not notice each other: marks stay, masquerade happens where it should, and either may be replaced while the other works. */
import { type Address, type Family, ipv4 } from '@firsthop/netaddr';
import { FrameSocket } from '@firsthop/lab';
import type { NftState } from '@firsthop/ruleset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressBytes } from './guards/frames.ts';
import { hasIptables, PathGround } from './path-matrix/path-ground.ts';
import { type Path, paths } from './path-matrix/paths.ts';
import { walk } from './path-matrix/walk.ts';

const hooks = [['prerouting', -90], ['forward', 0], ['output', 0], ['postrouting', -10]] as const;
const marks = { stranger: '0xff000000 == 0xab000000', masquerade: '0x00004000 == 0x00004000' } as const;
/** Somebody marks every packet; each mark is counted right before and right behind our own hook. */
const watched = (): string => {
  const chains = hooks.flatMap(([hook, priority]) =>
    (['before', 'behind'] as const).map((side) => `chain ${hook}_${side} {\ntype filter hook ${hook} priority ${priority + (side === 'before' ? -1 : 1)}; policy accept;\n${Object.entries(marks).map(([name, test]) => `meta l4proto udp meta mark & ${test} counter name ${name}_${hook}_${side}`).join('\n')}\n}`),
  );
  const counters = hooks.flatMap(([hook]) => Object.keys(marks).flatMap((name) => ['before', 'behind'].map((side) => `counter ${name}_${hook}_${side} {\n}`)));
  const owner = ['prerouting', 'output'].map((hook) => `chain own_${hook} {\ntype filter hook ${hook} priority -200; policy accept;\nmeta mark set meta mark or 0xab000000\n}`);
  return `table inet watch {\n${[...counters, ...owner, ...chains].join('\n')}\n}`;
};
const way = (name: string): Path => {
  const found = paths.find((path) => path.name === name);
  if (found === undefined) throw new Error(`there is no path ${name}`);
  return found;
};
const marking = (state: NftState): NftState => {
  const inet = state.get('inet');
  const chain = inet?.chains.get('from_owned');
  if (inet === undefined || chain === undefined) throw new Error('there is such a chain');
  return new Map([...state, ['inet', { ...inet, chains: new Map([...inet.chains, ['from_owned', { ...chain, rules: ['meta mark set 0x00000001', ...chain.rules] }]]) }]]);
};

describe.each([{ mode: 'nftables', isThere: true }, { mode: 'iptables', isThere: hasIptables() }] as const)('mode $mode', ({ mode, isThere }) => {
  const ground = new PathGround(`${mode === 'nftables' ? 'a' : 'b'}${process.pid.toString(16).padStart(3, '0').slice(-3)}`);
  beforeAll(() => (isThere ? ground.build(mode) : undefined));
  afterAll(() => ground.remove());

  /** Packets before and behind each of our hooks, by mark. */
  const counts = (): Map<string, readonly [number, number]> => {
    const text = ground.run('n1', ['nft', 'list', 'counters', 'table', 'inet', 'watch']);
    const all = new Map([...text.matchAll(/counter (\w+) \{\s*packets (\d+)/g)].map(([, name = '', packets]) => [name, Number(packets)]));
    return new Map(hooks.flatMap(([hook]) => Object.keys(marks).map((mark): [string, readonly [number, number]] => [`${mark} in ${hook}`, [all.get(`${mark}_${hook}_before`) ?? 0, all.get(`${mark}_${hook}_behind`) ?? 0]])));
  };
  const countsOf = async (alter: (state: NftState) => NftState): Promise<Map<string, readonly [number, number]>> => {
    await ground.realize('allowed', alter);
    ground.nft('n1', watched());
    try {
      await walk(ground, 'allowed');
      return counts();
    } finally {
      ground.nft('n1', 'delete table inet watch');
    }
  };

  it.runIf(isThere)('no mark of a packet is changed by us', async () => {
    const seen = await countsOf((state) => state);
    for (const [what, [before, behind]] of seen) expect(behind, what).toBe(before);
    for (const what of ['stranger in prerouting', 'stranger in forward', 'stranger in output', 'stranger in postrouting', 'masquerade in forward', 'masquerade in postrouting']) expect(seen.get(what)?.[0], what).toBeGreaterThan(0);
    console.log(`${mode}: ${[...seen].map(([what, [before]]) => `${what} ${before}`).join(', ')}`);
    // A ruleset that marks for itself, as dataplanes do, is noticed.
    expect([...(await countsOf(marking)).values()].some(([before, behind]) => before !== behind)).toBe(true);
  });

  const comesAs = async (path: Path, family: Family, source: Address): Promise<boolean> => {
    const card = new FrameSocket(ground.scope, ground.namespaceOf(path.to), 'eth0');
    try {
      expect((await ground.send(path, family, 'TCP')).verdict).toBe('allow');
      return await card.sees(Buffer.concat([addressBytes(source), addressBytes(ground.addressOf(path.to, family))]), 100);
    } finally {
      card.close();
    }
  };
  it.runIf(isThere).each([4, 6] as const)('masquerade happens where it should, and nowhere else, IPv%i', async (family) => {
    await ground.realize('allowed');
    const [node, outside, pod] = [ground.addressOf('n1', family), ground.addressOf('outside', family), ground.addressOf('p1', family)];
    expect(await comesAs(way('outside to node port to pod, other node'), family, node)).toBe(true);
    expect(await comesAs(way('outside to node port to pod, other node'), family, outside)).toBe(false);
    expect(await comesAs(way('pod to Service to pod'), family, pod)).toBe(true);
    expect(await comesAs(way('outside to pod'), family, outside)).toBe(true);
    if (family === 4) expect(await comesAs(way('pod to Service to itself'), 4, ipv4(0xa9fe0101))).toBe(true);
  });

  const ways = ['pod to pod, same node', 'pod to Service to pod', 'outside to node port to pod', 'machine to pod'].map(way);
  /** What is sent while somebody does something, and what of it arrived. */
  const meanwhile = async (work: () => Promise<void>): Promise<{ readonly sent: number; readonly arrived: number }> => {
    let [sent, arrived] = [0, 0];
    const done = new AbortController();
    const flood = async (): Promise<void> => {
      while (!done.signal.aborted) {
        const seen = await Promise.all(ways.flatMap((path) => ([4, 6] as const).flatMap((family) => Array.from({ length: 8 }, () => ground.send(path, family, 'UDP', 20)))));
        sent += seen.length;
        arrived += seen.filter((one) => one.arrived).length;
      }
    };
    const flooding = flood();
    await work().finally(() => done.abort());
    await flooding;
    return { sent, arrived };
  };

  it.runIf(isThere)('its rules are replaced while we enforce: nothing leaks, and nobody calls it drift', async () => {
    await ground.realize('denied by ingress');
    const times = 40;
    let drift = 0;
    const { sent, arrived } = await meanwhile(async () => {
      for (let i = 0; i < times; i++) {
        await ground.replaceServicesMeanwhile('n1', mode);
        expect(ground.plane('n1').isTouched(), 'there is news').toBe(true);
        drift += (await ground.plane('n1').verify()).drift;
      }
    });
    console.log(`${mode}: replaced ${times} times, ${sent} denied packets sent, ${arrived} arrived, drift ${drift}`);
    expect({ arrived, drift }).toEqual({ arrived: 0, drift: 0 });
    expect(sent).toBeGreaterThan(100);
  });

  it.runIf(isThere)('and who replaces ours too is noticed, by what arrives and by the drift', async () => {
    await ground.realize('denied by ingress');
    let drift = 0;
    const { arrived } = await meanwhile(async () => {
      ground.nft('n1', 'flush chain inet firsthop h_fwd');
      await ground.replaceServicesMeanwhile('n1', mode);
      drift = (await ground.plane('n1').verify()).drift;
    });
    expect(arrived).toBeGreaterThan(0);
    expect(drift).toBeGreaterThan(0);
  });
});
