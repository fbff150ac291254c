/** An exact address in a range that hears something else: the range is never asked, and whoever takes away what keeps it from that is found out. */
import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import { ipv4 } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import { type NftMap, registerEncoding, renderRuleset, type TableState } from '@firsthop/ruleset';
import { expect, it } from 'vitest';
import { inetOf, walk } from './register-walk.ts';

const decision = (letter: string, verdict: Decision['verdict']): Decision => ({ id: letter.repeat(16) as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [allow, drop] = [decision('a', 'allow'), decision('d', 'drop')];
const row = (digit: string, rest: Decision): Row => ({ id: digit.repeat(16) as RowId, protocols: new Map(), rest: rest.id });
const [open, closed] = [row('1', allow), row('2', drop)];
const group = 'g' as PolicyGroupId;

const tables: ClassTables = {
  addresses: new Map([[ipv4(0x0a00_0009), 2]]),
  ranges: [{ range: { first: ipv4(0x0a00_0000), last: ipv4(0x0a00_00ff) }, class: 1 }],
  rows: new Map([open, closed].map((one) => [one.id, one])),
  decisions: new Map([allow, drop].map((one) => [one.id, one])),
  groups: new Map([[group, { ingress: { rows: new Map([[0, closed.id], [1, open.id]]) }, egress: { rows: new Map([[0, open.id]]) } }]]),
  endpoints: new Map([['e', { id: 'e', kind: 'pod' as const, workload: 'app/e', addresses: [ipv4(0x0a01_0001)], allowedAddresses: [], policyGroup: group }]]),
  ownNode: [],
};
const table = inetOf(renderRuleset({ tables, bindings: [{ endpoint: 'e', via: { kind: 'routed', device: 'veth0' } }], host: { exclusivePrefixes: [] } }, registerEncoding()));
const from = (address: number, one: TableState = table): string => walk({ way: 'to', device: 'veth0', address: ipv4(address), protocol: 6, port: 80 }, () => one);

it('it hears what everybody hears; its neighbour hears what the range does', () => {
  expect([from(0x0a00_0009), from(0x0a00_0008), from(0x0b00_0001)]).toEqual(['goto v_drop', 'accept', 'goto v_drop']);
});

it('without the row that says so to its profile it is judged as its range', () => {
  const profile = table.maps.get('class4')?.elements.get('10.0.0.9');
  const unguarded = new Map([...table.maps].map(([name, map]): [string, NftMap] => [name, { ...map, elements: new Map([...map.elements].filter(([key]) => !name.startsWith('p_') || !key.endsWith(` . ${profile}`))) }]));
  expect(from(0x0a00_0009, { ...table, maps: unguarded })).toBe('accept');
});
