/** The text that reaches the kernel, letter by letter; its reading back; and the order of a change. */
import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import { ipv4, parseCidr } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import { describe, expect, it } from 'vitest';
import { diffState } from './diff-state.ts';
import type { NftState } from './nft-state.ts';
import { parseListing } from './parse-listing.ts';
import { renderRow } from './chains/rows.ts';
import { renderRuleset } from './render-ruleset.ts';
import { stateDigest } from './state-digest.ts';

const id = (digit: string): string => digit.repeat(16);
const decision = (digit: string, verdict: Decision['verdict']): Decision => ({ id: id(digit) as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [allow, drop, reject] = [decision('a', 'allow'), decision('d', 'drop'), decision('e', 'reject')];
const row = (digit: string, rest: Decision, protocols: [number, [number, number, Decision][]][] = []): Row => ({ id: id(digit) as RowId, rest: rest.id, protocols: new Map(protocols.map(([protocol, steps]) => [protocol, steps.map(([first, last, one]) => ({ first, last, decision: one.id }))])) });
const same = (a: string, b: string): boolean => a === b;

describe('a row', () => {
  it.each([
    { name: 'one decision for everything', one: row('1', allow), rules: [`goto r_${id('a')}`] },
    {
      name: 'some ports of a protocol',
      one: row('1', drop, [[6, [[0, 79, drop], [80, 80, allow], [81, 8079, drop], [8080, 8090, reject], [8091, 65_535, drop]]]]),
      rules: [`meta l4proto . th dport vmap { 6 . 80 : goto r_${id('a')}, 6 . 8080-8090 : goto r_${id('e')} }`, `goto r_${id('d')}`],
    },
    { name: 'a whole protocol', one: row('1', drop, [[17, [[0, 65_535, allow]]]]), rules: [`meta l4proto vmap { 17 : goto r_${id('a')} }`, `goto r_${id('d')}`] },
    {
      name: 'a protocol with a hole',
      one: row('1', drop, [[6, [[0, 21, allow], [22, 22, drop], [23, 65_535, allow]]]]),
      rules: [`meta l4proto . th dport vmap { 6 . 22 : goto r_${id('d')} }`, `meta l4proto vmap { 6 : goto r_${id('a')} }`, `goto r_${id('d')}`],
    },
    {
      name: 'ICMP by type and code, never by port',
      one: row('1', drop, [[1, [[0, 2047, drop], [2048, 2303, allow], [2304, 65_535, drop]]]]),
      rules: [`meta l4proto 1 @th,0,16 2048-2303 goto r_${id('a')}`, `goto r_${id('d')}`],
    },
  ])('$name', ({ one, rules }) => expect(renderRow(one)).toEqual([`w_${id('1')}`, { rules }]));
});

const whole = (text: string) => {
  const cidr = parseCidr(text);
  if (!cidr.ok || typeof cidr.value.base !== 'number') throw new Error(text);
  return { first: cidr.value.base, last: ipv4(cidr.value.base + 2 ** (32 - cidr.value.length) - 1) };
};

/** One pod in group `g`: class 1 (a prefix) gets row 1, class 2 (an address) row 2, the rest row 3. */
const tables = (last: Row = row('3', reject)): ClassTables => {
  const rows = [row('1', allow), row('2', drop), last];
  return {
    addresses: new Map([[ipv4(0x0a000009), 2]]),
    ranges: [{ range: whole('10.0.0.0/24'), class: 1 }],
    rows: new Map(rows.map((one) => [one.id, one])),
    decisions: new Map([allow, drop, reject].map((one) => [one.id, one])),
    groups: new Map([['g' as PolicyGroupId, { ingress: { rows: new Map([[0, last.id], [1, id('1') as RowId], [2, id('2') as RowId]]) }, egress: { rows: new Map([[0, last.id]]) } }]]),
    endpoints: new Map([['e', { id: 'e', kind: 'pod' as const, workload: 'shop/x', addresses: [ipv4(0x0a000001)], allowedAddresses: [], policyGroup: 'g' as PolicyGroupId }]]),
    ownNode: [],
  };
};
const stateOf = (last?: Row): NftState => renderRuleset({ tables: tables(last), bindings: [{ endpoint: 'e', via: { kind: 'routed', device: 'cali1' } }], host: { exclusivePrefixes: ['cali'] } });

describe('a whole state', () => {
  it('looks up exact addresses before prefixes, and then everybody', () => {
    const chains = [...(stateOf().get('inet')?.chains ?? [])].filter(([name]) => name.startsWith('g_'));
    const texts = chains.map(([, { rules }]) => rules.map((rule) => rule.replaceAll(/_[\da-f]{16}/g, '_*')));
    expect(texts).toEqual([['ip saddr vmap @a4_*', 'ip saddr vmap @n4_*', 'goto w_*'], ['goto w_*']]);
  });

  it('no reject is in reach of postrouting', () => {
    const chains = stateOf().get('inet')?.chains;
    const reach = (name: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(name)) return seen;
      seen.add(name);
      for (const rule of chains?.get(name)?.rules ?? []) for (const [, target = ''] of rule.matchAll(/goto (\w+)/g)) reach(target, seen);
      return seen;
    };
    const reached = [...reach('h_post')];
    expect(reached).toContain('to_local');
    for (const name of reached) for (const rule of chains?.get(name)?.rules ?? []) expect(rule).not.toContain('reject');
    // Nor a verdict map, which could lead to one.
    for (const name of reached) for (const rule of chains?.get(name)?.rules ?? []) expect(rule).not.toContain('vmap');
  });

  it('never writes the packet mark', () => {
    expect(JSON.stringify([...(stateOf().get('inet')?.chains.values() ?? [])])).not.toMatch(/mark set/);
  });

  it('its digest changes with anything that decides, and with nothing else', () => {
    expect(stateDigest(stateOf())).toBe(stateDigest(stateOf()));
    expect(stateDigest(stateOf(row('4', allow)))).not.toBe(stateDigest(stateOf()));
    const inet = stateOf().get('inet');
    if (inet === undefined) throw new Error('no inet table');
    const shuffled: NftState = new Map([...stateOf(), ['inet', { chains: new Map([...inet.chains].reverse()), maps: new Map([...inet.maps].reverse()), counters: new Set([...inet.counters].reverse()) }]]);
    expect(stateDigest(shuffled)).toBe(stateDigest(stateOf()));
  });
});

describe('an address that several machines of one bridge may use', () => {
  const shared = { base: ipv4(0x0a00004d), length: 32 };
  const machine = (name: string, n: number, group: string, lent: boolean) => ({ id: name, kind: 'vm' as const, workload: `shop/${name}`, addresses: [ipv4(0x0a000000 + n)], mac: `0a:00:00:00:00:0${n}`, allowedAddresses: lent ? [shared] : [], policyGroup: group as PolicyGroupId });
  const dispatched = (...machines: readonly ReturnType<typeof machine>[]): (string | undefined)[] => {
    const bindings = machines.map(({ id: endpoint }) => ({ endpoint, via: { kind: 'bridged' as const, bridge: 'br0', port: `tap-${endpoint}` } }));
    const elements = renderRuleset({ tables: { ...tables(), endpoints: new Map(machines.map((one) => [one.id, one])) }, bindings, host: { exclusivePrefixes: [] } }).get('inet')?.maps.get('to_br4')?.elements;
    return ['10.0.0.1', '10.0.0.2', '10.0.0.77'].map((address) => elements?.get(`"br0" . ${address}`));
  };

  it.each([
    { name: 'under one policy: as each of them', machines: [machine('a', 1, 'g', true), machine('b', 2, 'g', true)], same: true },
    { name: 'under different ones: nobody', machines: [machine('a', 1, 'g', true), machine('b', 2, 'h', true)], same: false },
    { name: 'under different ones, whoever comes first', machines: [machine('b', 2, 'h', true), machine('a', 1, 'g', true)], same: false },
  ])('$name', ({ machines, same: isSame }) => {
    const [first, second, lent] = dispatched(...machines);
    expect([first !== undefined, second !== undefined, lent === undefined ? 'nobody' : lent === first && lent === second]).toEqual([true, true, isSame ? true : 'nobody']);
  });

  it('is its owner’s where one owns it', () => {
    const owner = { ...machine('b', 2, 'h', false), addresses: [shared.base] };
    for (const machines of [[machine('a', 1, 'g', true), owner], [owner, machine('a', 1, 'g', true)]]) {
      const [lender, , lent] = dispatched(...machines);
      expect(lent).toBeDefined();
      expect(lent).not.toBe(lender);
    }
  });
});

describe('a change', () => {
  it('of nothing is nothing', () => expect(diffState(stateOf(), stateOf(), same)).toMatchObject({ steps: [], differences: 0 }));

  it('brings referents first and removes them last; base chains and tables stay', () => {
    const lines = diffState(stateOf(), stateOf(row('4', allow)), same).steps.flat();
    const at = (pattern: RegExp): number => {
      const found = lines.findIndex((line) => pattern.test(line));
      expect(found, String(pattern)).toBeGreaterThanOrEqual(0);
      return found;
    };
    const [made, used, emptied, removed] = [at(new RegExp(`^add chain inet firsthop w_${id('4')}`)), at(new RegExp(`goto w_${id('4')}`)), at(/^flush chain inet firsthop g_/), at(new RegExp(`^delete chain inet firsthop w_${id('3')}`))];
    expect(made).toBeLessThan(used);
    expect(emptied).toBeLessThan(removed);
    expect(lines.join('\n')).not.toMatch(/delete (?:table|chain inet firsthop h_)/);
    // Only what differs: the pod's address and interface do not.
    expect(lines.join('\n')).not.toMatch(/own4|from_if|h_pre/);
  });
});

describe('a listing', () => {
  const listing = `table inet firsthop {
	counter c_x {
	}
	map exact {
		type ipv4_addr : verdict
		elements = { 10.0.0.1 : goto w_1,
			     10.0.0.2 : goto w_2 }
	}
	set wide {
		type ifname . ipv4_addr
		flags interval
		elements = { "cali1" . 10.0.0.0/8 }
	}
	set targets {
		typeof iifname . @th,64,128
	}
	chain h_pre {
		comment "somebody's"
		type filter hook prerouting priority -90; policy accept;
		iifname "lo" accept
	}
	chain plain {
		meta l4proto vmap { 6 : goto r_a, 17 : goto r_b }
		what is this
	}
}
`;

  it('is read as what it holds, a stranger\'s rules included', () => {
    const { chains, maps, counters } = parseListing(listing);
    expect(counters).toEqual(new Set(['c_x']));
    expect(new Map(maps.get('exact')?.elements)).toEqual(new Map([['10.0.0.1', 'goto w_1'], ['10.0.0.2', 'goto w_2']]));
    expect(maps.get('wide')).toEqual({ type: 'ifname . ipv4_addr', interval: true, elements: new Map([['"cali1" . 10.0.0.0/8', '']]) });
    expect(maps.get('targets')).toEqual({ type: 'typeof iifname . @th,64,128', interval: false, elements: new Map() });
    expect(chains.get('plain')?.rules).toEqual(['meta l4proto vmap { 6 : goto r_a, 17 : goto r_b }', 'what is this']);
  });

  it('of nothing is an empty table', () => expect(parseListing('')).toEqual({ chains: new Map(), maps: new Map(), counters: new Set() }));
});
