/**
 * What every kernel port must do, whoever stands behind it: the same cases for the real kernel and for the one on paper, so
 * that the one on paper is as strict.
 *
 * @module
 */
import type { KernelPort } from '@firsthop/dataplane';
import { stateDigest } from '@firsthop/ruleset';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

const at = 'inet firsthop';
/** A little of everything: chains that go to each other, sets and maps of each form, counters. */
const base = [
  `add table ${at}`,
  `add counter ${at} c_one`,
  `add chain ${at} h_fwd { type filter hook forward priority 0; policy accept; }`,
  `add chain ${at} h_post { type filter hook postrouting priority 0; policy accept; }`,
  `add chain ${at} first`,
  `add chain ${at} second`,
  `add chain ${at} unused`,
  `add chain ${at} refusing`,
  `add set ${at} bound { type ifname; }`,
  `add set ${at} owned { type ifname . ipv4_addr; }`,
  `add set ${at} wide { type ifname . ipv4_addr; flags interval; }`,
  `add map ${at} exact { type ipv4_addr : verdict; }`,
  `add map ${at} prefixes { type ipv6_addr : verdict; flags interval; }`,
  `add map ${at} idle { type ipv4_addr : verdict; }`,
  `add element ${at} bound { "eth0", "eth1" }`,
  `add element ${at} owned { "eth0" . 10.0.0.1 }`,
  `add element ${at} wide { "eth0" . 10.1.0.0/16 }`,
  `add element ${at} exact { 10.0.0.1 : goto second, 10.0.0.2 : drop }`,
  `add element ${at} prefixes { fd00::/64 : goto second }`,
  `add rule ${at} h_fwd oifname @bound goto first`,
  `add rule ${at} h_fwd oifname . ip daddr @owned accept`,
  `add rule ${at} h_fwd oifname . ip daddr @wide accept`,
  `add rule ${at} first ip saddr vmap @exact`,
  `add rule ${at} first ip6 saddr vmap @prefixes`,
  `add rule ${at} second counter name "c_one" accept`,
  `add rule ${at} refusing meta l4proto 6 reject with tcp reset`,
];

interface Case {
  readonly name: string;
  readonly lines: readonly string[];
}

const refused: readonly Case[] = [
  { name: 'a rule in a chain that does not exist', lines: [`add rule ${at} nowhere accept`] },
  { name: 'a goto to a chain that does not exist', lines: [`add rule ${at} first goto nowhere`] },
  { name: 'an element that goes to a chain that does not exist', lines: [`add element ${at} exact { 10.0.0.9 : goto nowhere }`] },
  { name: 'a lookup in a set that does not exist', lines: [`add rule ${at} first iifname @nowhere accept`] },
  { name: 'a counter that does not exist', lines: [`add rule ${at} first counter name "nowhere" accept`] },
  { name: 'a lookup with a key of another type', lines: [`add rule ${at} first iifname @owned accept`] },
  { name: 'deleting a chain that a rule goes to', lines: [`delete chain ${at} first`] },
  { name: 'deleting a chain that an element goes to', lines: [`flush chain ${at} second`, `delete chain ${at} second`] },
  { name: 'deleting a map that a rule looks in', lines: [`delete map ${at} exact`] },
  { name: 'deleting a counter that a rule counts', lines: [`delete counter ${at} c_one`] },
  { name: 'deleting a chain that does not exist', lines: [`delete chain ${at} nowhere`] },
  { name: 'deleting an element that is not there', lines: [`delete element ${at} exact { 10.0.0.9 }`] },
  { name: 'an element that is there with another verdict', lines: [`add element ${at} exact { 10.0.0.1 : drop }`] },
  { name: 'overlapping prefixes', lines: [`add element ${at} prefixes { fd00::/48 : drop }`] },
  { name: 'a prefix in a set without intervals', lines: [`add element ${at} exact { 10.0.0.0/24 : drop }`] },
  { name: 'an address of the other family', lines: [`add element ${at} exact { fd00::1 : drop }`] },
  { name: 'a set of another type under a name that is taken', lines: [`add set ${at} bound { type ipv4_addr; }`] },
  { name: 'a reject within reach of postrouting', lines: [`add rule ${at} h_post goto refusing`] },
  { name: 'a reject within reach of postrouting, through a map', lines: [`add rule ${at} h_post ip saddr vmap @idle`, `add element ${at} idle { 10.0.0.1 : goto refusing }`] },
  { name: 'chains that go round', lines: [`add rule ${at} second goto first`] },
  { name: 'words that are no rule', lines: [`add rule ${at} first this is no rule`] },
  { name: 'an interface name that is too long', lines: [`add element ${at} bound { "an-interface-name-of-many-letters" }`] },
  { name: 'a range that runs backwards', lines: [`add rule ${at} unused udp dport 20-10 accept`] },
  { name: 'a port beyond the last', lines: [`add rule ${at} unused udp dport 65536 accept`] },
  { name: 'one bad line behind good ones', lines: [`add chain ${at} third`, `add element ${at} bound { "eth2" }`, `delete chain ${at} nowhere`] },
];

const taken: readonly Case[] = [
  { name: 'what is there already', lines: [`add table ${at}`, `add chain ${at} first`, `add counter ${at} c_one`, `add element ${at} bound { "eth0" }`, `add element ${at} exact { 10.0.0.1 : goto second }`] },
  { name: 'a reject in a chain that only other hooks reach', lines: [`add rule ${at} h_fwd goto refusing`] },
  { name: 'a referent that is made in the same transaction', lines: [`add chain ${at} third`, `add rule ${at} third drop`, `add element ${at} exact { 10.0.0.9 : goto third }`] },
  { name: 'referents that go after what refers to them', lines: [`flush chain ${at} first`, `delete element ${at} exact { 10.0.0.1 }`, `delete element ${at} prefixes { fd00::/64 }`, `flush chain ${at} second`, `delete chain ${at} second`, `delete map ${at} exact`, `delete counter ${at} c_one`] },
  { name: 'an element with another verdict, after the old one went', lines: [`delete element ${at} exact { 10.0.0.1 }`, `add element ${at} exact { 10.0.0.1 : drop }`] },
  { name: 'neighbouring prefixes', lines: [`add element ${at} prefixes { fd00:0:0:1::/64 : drop }`] },
  { name: 'an end of the table, and its beginning again', lines: [`delete table ${at}`, `add table ${at}`] },
];

/** `makePort` gives a port to a kernel without any table of ours; `clean` removes what is in it. */
export const kernelPortContract = (makePort: () => KernelPort, clean: () => Promise<void>): void => {
  let port: KernelPort;
  beforeAll(() => void (port = makePort()));
  const applied = async (lines: readonly string[]): Promise<void> => expect(await port.apply(lines)).toMatchObject({ ok: true });

  beforeEach(async () => {
    await clean();
    expect(await port.read()).toEqual(new Map());
    await applied(base);
  });

  it('reads back what was written', async () => {
    const inet = (await port.read()).get('inet');
    expect([...(inet?.chains.keys() ?? [])].sort()).toEqual(['first', 'h_fwd', 'h_post', 'refusing', 'second', 'unused']);
    expect(inet?.chains.get('h_fwd')?.rules).toHaveLength(3);
    expect(inet?.maps.get('exact')).toMatchObject({ type: 'ipv4_addr : verdict', interval: false });
    expect(new Map(inet?.maps.get('exact')?.elements)).toEqual(new Map([['10.0.0.1', 'goto second'], ['10.0.0.2', 'drop']]));
    expect(inet?.maps.get('wide')).toEqual({ type: 'ifname . ipv4_addr', interval: true, elements: new Map([['"eth0" . 10.1.0.0/16', '']]) });
    expect(inet?.counters).toEqual(new Set(['c_one']));
    expect(await port.counters()).toEqual(new Map([['c_one', { packets: 0, bytes: 0 }]]));
  });

  describe('refuses with a reason, and has changed nothing', () => {
    it.each(refused)('$name', async ({ lines }) => {
      const before = stateDigest(await port.read());
      const answer = await port.apply(lines);
      expect(answer.ok).toBe(false);
      if (!answer.ok) expect(answer.error).toMatch(/./);
      expect(stateDigest(await port.read())).toBe(before);
    });
  });

  it('reads back elements of every type that came alone', async () => {
    await applied([`add set ${at} macs { type ifname . ether_addr; }`, `add map ${at} ports { type inet_proto . inet_service : verdict; }`, `add set ${at} six { type ipv6_addr; }`, `add set ${at} protocols { type inet_proto; }`]);
    const more: readonly (readonly [set: string, elements: string])[] = [
      ['bound', '"eth2", "a-name-of-15-by"'],
      ['owned', '"eth1" . 10.0.0.2, "eth2" . 255.255.255.255'],
      ['exact', '10.0.0.3 : accept, 10.0.0.4 : goto second, 10.0.0.5 : jump unused'],
      ['macs', '"eth0" . 02:00:00:00:00:01'],
      ['ports', '6 . 80 : drop, 17 . 65535 : goto second'],
      ['six', '::, fd00::1, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
      ['protocols', '0, 6, 132, 255'],
      ['prefixes', 'fd00:0:0:7::/64 : drop'],
    ];
    for (const [set, elements] of more) await applied([`add element ${at} ${set} { ${elements} }`]);
    const maps = (await port.read()).get('inet')?.maps;
    for (const [set, elements] of more) {
      const held = [...(maps?.get(set)?.elements ?? [])].map(([key, value]) => (value === '' ? key : `${key} : ${value}`));
      expect(held, set).toEqual(expect.arrayContaining(elements.split(', ')));
    }
    for (const [set, elements] of more) await applied([`delete element ${at} ${set} { ${elements.split(', ').map((one) => one.split(' : ')[0]).join(', ')} }`]);
    const left = (await port.read()).get('inet')?.maps;
    for (const name of ['macs', 'ports', 'six', 'protocols']) expect(left?.get(name)?.elements.size, name).toBe(0);
    expect([...(left?.get('exact')?.elements.keys() ?? [])].sort()).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  describe('takes', () => {
    it.each(taken)('$name', async ({ lines }) => applied(lines));
  });
};
