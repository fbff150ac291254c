/**
 * Law: a tag is no way round policy, on bridges that know VLANs. What a machine tags itself reaches nobody; what comes tagged by another's port, a trunk,
 * is judged once the host's IP hooks see tagged frames, and until then nobody says that the machine is enforced.
 */
import { findBypasses, listLinks } from '@firsthop/hostif';
import { type Address, formatAddress, ipv4, ipv6 } from '@firsthop/netaddr';
import type { EndpointBinding } from '@firsthop/plan';
import type { NftState } from '@firsthop/ruleset';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameOf, udp } from '../guards/frames.ts';
import { GuardedGround, without } from '../guards/guarded-ground.ts';
import { threats } from '../guards/threats.ts';
import { kernelCan } from './kernel-abilities.ts';

const VLAN = 7;
const SILENCE_MS = 1000;
const isThere = kernelCan('bridges with VLANs') && kernelCan('VLAN devices');
const ground = new GuardedGround(`7${process.pid.toString(16).padStart(3, '0').slice(-3)}`);
/** Of a host behind the trunk, and of machines that tag what they send. */
const tagged: Readonly<Record<'lan' | 'v' | 'w', readonly [Address, Address]>> = { lan: both(130), v: both(104), w: both(105) };
function both(n: number): [Address, Address] {
  return [ipv4(0x0af50000 + n), ipv6((0xfd00_0010_0245n << 80n) | BigInt(n))];
}
const ip = (namespace: string, ...lines: readonly string[]): void => void execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: lines.join('\n') });
const bridge = (...lines: readonly string[]): void => lines.forEach((line) => execFileSync('bridge', ['-n', ground.node, ...line.split(' ')]));
const reach = async (from: { readonly who: string; readonly source: Address }, to: { readonly who: string; readonly destination: Address }, port: number): Promise<string> =>
  (await ground.prober.probe({ fromNamespace: ground.namespaceOf(from.who), toNamespace: ground.namespaceOf(to.who), source: from.source, destination: to.destination, protocol: 'TCP', port, patience: SILENCE_MS })).verdict;
const during = async <T>(state: NftState, look: () => Promise<T>): Promise<T> => {
  await ground.realize(state);
  try {
    return await look();
  } finally {
    await ground.realize(ground.whole);
  }
};

describe.runIf(isThere)('a bridge that knows VLANs', () => {
  beforeAll(async () => {
    await ground.build();
    ip(ground.node, 'link set fhbr0 type bridge vlan_filtering 1');
    const [v, w] = ['v', 'w'].map((name) => ground.workload(name).device);
    // Machines are in VLAN 7 without knowing; the wire brings it tagged; the bridge itself routes for it.
    bridge(...[v, w].flatMap((device) => [`vlan del dev ${device} vid 1`, `vlan add dev ${device} vid ${VLAN} pvid untagged`]), `vlan add dev lan vid ${VLAN}`, `vlan add dev fhbr0 vid ${VLAN} pvid untagged self`);
    attach('lan', 'far0', VLAN, tagged.lan, ['v', 'w'].flatMap((name) => ground.workload(name).addresses));
    for (const name of ['v', 'w']) ip(ground.namespaceOf(name), ...tagged.lan.map((address) => `route replace ${formatAddress(address)} dev nic0`));
  });
  afterAll(() => ground.remove());

  /** A device that tags, its addresses, and who is reached by it. */
  const attach = (who: string, card: string, id: number, addresses: readonly Address[], others: readonly Address[]): void =>
    ip(ground.namespaceOf(who), `link add link ${card} name tag${id} type vlan id ${id}`, `link set tag${id} up`, ...addresses.map((address) => `addr add ${formatAddress(address)}/${typeof address === 'number' ? 32 : 128} dev tag${id}${typeof address === 'number' ? '' : ' nodad'}`), ...others.map((address, i) => `route replace ${formatAddress(address)} dev tag${id} src ${formatAddress(addresses[i % 2] as Address)}`));

  it.each([0, 1] as const)('machines of one VLAN are judged as ever, and so is what they say to pods, family %i', async (family) => {
    const at = (who: string) => ({ who, source: ground.addressOf(who, family), destination: ground.addressOf(who, family) });
    const ask = (): Promise<string[]> => Promise.all([reach(at('v'), at('w'), 80), reach(at('v'), at('w'), 81), reach(at('v'), at('b'), 80), reach(at('v'), at('b'), 81), reach(at('a'), at('w'), 80), reach(at('a'), at('w'), 81)]);
    expect(await ask()).toEqual(['allow', 'drop', 'allow', 'drop', 'allow', 'drop']);
    expect(await during(ground.inRegisters, ask)).toEqual(['allow', 'drop', 'allow', 'drop', 'allow', 'drop']);
  });

  it.each(threats.filter(({ name, from }) => name.startsWith('a tag') && from === 'v'))('$name: kept here too', async ({ from, at, frames, cuts }) => {
    const arrives = async (): Promise<boolean> => {
      const mark = randomBytes(16);
      const there = ground.frames(at);
      for (const frame of frames(ground, mark)) ground.frames(from).send(frame);
      return there.sees(mark, SILENCE_MS);
    };
    expect(await arrives()).toBe(false);
    expect(await during(without(ground.whole, cuts), arrives), 'without the guard').toBe(true);
  });

  describe.each([{ id: 0, name: 'of priority only' }, { id: 5, name: 'of a VLAN that its port carries' }])('a tag $name', ({ id }) => {
    beforeAll(() => {
      if (id !== 0) bridge(...['v', 'w'].map((name) => `vlan add dev ${ground.workload(name).device} vid ${id}`));
      for (const [name, other] of [['v', 'w'], ['w', 'v']] as const) attach(name, 'nic0', id, tagged[name], tagged[other]);
    });
    afterAll(() => {
      for (const name of ['v', 'w']) ip(ground.namespaceOf(name), `link del tag${id}`);
    });
    it.each([0, 1] as const)("from a machine's own device goes nowhere, family %i", async (family) => {
      const ask = (): Promise<string> => reach({ who: 'v', source: tagged.v[family] }, { who: 'w', destination: tagged.w[family] }, 81);
      expect(await ask()).toBe('drop');
      const open = without(ground.whole, ['from_port', 'to_port'].map((chain) => ({ family: 'bridge' as const, chain, rule: '8021q' })));
      // Only what bears a tag is let by: nobody bound these addresses.
      if (id !== 0) expect(await during(letTagsBy(open), ask), 'without the guard').toBe('allow');
    });
  });

  describe('a trunk, another\'s port', () => {
    const setting = (value: '0' | '1'): void => ground.scope.inside(ground.node, () => writeFileSync('/proc/sys/net/bridge/bridge-nf-filter-vlan-tagged', value));
    const bindings: readonly EndpointBinding[] = [{ endpoint: 'w', via: { kind: 'bridged', bridge: 'fhbr0', port: ground.workload('w').device } }];
    const bypasses = async (): Promise<string[]> => findBypasses(await ground.scope.inside(ground.node, () => listLinks()), bindings).map(({ reason }) => reason.split(':')[0] ?? '');
    /** What `w` sees, at its open port and at the closed one; an answer would not tell, since it is taken for the middle of a connection that nobody saw begin. */
    const arrivals = async (family: 0 | 1): Promise<boolean[]> => {
      const probes = [80, 81].map((port) => ground.prober.probe({ fromNamespace: ground.namespaceOf('lan'), toNamespace: ground.namespaceOf('w'), source: tagged.lan[family], destination: ground.addressOf('w', family), protocol: 'UDP', port, patience: SILENCE_MS }));
      return (await Promise.all(probes)).map(({ arrived }) => arrived);
    };
    const ask = (family: 0 | 1): Promise<string[]> => Promise.all([80, 81].map((port) => reach({ who: 'lan', source: tagged.lan[family] }, { who: 'w', destination: ground.addressOf('w', family) }, port)));
    afterAll(() => setting('0'));

    it.each([0, 1] as const)('goes past policy where the IP hooks do not see tagged frames, and is said to, family %i', async (family) => {
      setting('0');
      expect(await arrivals(family)).toEqual([true, true]);
      expect(await bypasses()).toEqual(['BypassedVlan']);
    });

    it.each([0, 1] as const)("does not bring a machine's address, family %i", async (family) => {
      setting('1');
      const stolen = async (): Promise<boolean> => {
        const [mark, between] = [randomBytes(16), { source: ground.addressOf('v', family), destination: ground.addressOf('w', family) }];
        ground.frames('w');
        ground.frames('lan').send(frameOf({ from: ground.macOf('lan'), to: ground.macOf('w'), vlan: VLAN }, between, udp(between, [20_000, 9], mark)));
        return ground.frames('w').sees(mark, SILENCE_MS);
      };
      expect(await stolen()).toBe(false);
      const open = without(ground.whole, [{ family: 'bridge', chain: 'h_pre', rule: family === 0 ? '@local4' : '@local6' }]);
      expect(await during(open, stolen), 'without the guard').toBe(true);
    });

    it.each([0, 1] as const)('is judged where they do, family %i', async (family) => {
      setting('1');
      expect(await arrivals(family)).toEqual([true, false]);
      expect(await ask(family)).toEqual(['allow', 'drop']);
      expect(await during(ground.inRegisters, () => ask(family))).toEqual(['allow', 'drop']);
      expect(await bypasses()).toEqual([]);
    });
  });
});

/** Neither address nor port is asked of a frame that bears a tag. */
const letTagsBy = (state: NftState): NftState => {
  const table = state.get('bridge');
  if (table === undefined) throw new Error('there is a bridge table');
  const chains = ['from_port', 'to_port'].map((name): [string, { readonly rules: readonly string[] }] => [name, { rules: ['ether type 8021q accept', ...(table.chains.get(name)?.rules ?? [])] }]);
  return new Map([...state, ['bridge', { ...table, chains: new Map([...table.chains, ...chains]) }]]);
};
