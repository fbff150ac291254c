import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import { ipv4 } from '@firsthop/netaddr';
import type { Connection } from '@firsthop/dataplane';
import type { PlanEndpoint, PolicyGroupId } from '@firsthop/plan';
import { describe, expect, it } from 'vitest';
import { deniedBy, deniedEitherWay } from './denied-connections.ts';

const [a, b, node, stranger] = [1, 2, 9, 100].map((last) => ipv4(0x0a00_0000 + last)) as [ReturnType<typeof ipv4>, ReturnType<typeof ipv4>, ReturnType<typeof ipv4>, ReturnType<typeof ipv4>];
const decision = (id: string, verdict: Decision['verdict']): Decision => ({ id: id as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [allow, drop] = [decision('a', 'allow'), decision('d', 'drop')];
const row = (id: string, rest: Decision, ports: Row['protocols'] = new Map()): Row => ({ id: id as RowId, rest: rest.id, protocols: ports });
const [open, closed] = [row('1', allow), row('2', drop)];
/** TCP 80 and echo requests. */
const some = row('3', drop, new Map([[6, [{ first: 0, last: 79, decision: drop.id }, { first: 80, last: 80, decision: allow.id }, { first: 81, last: 65_535, decision: drop.id }]], [1, [{ first: 0, last: 0x7ff, decision: drop.id }, { first: 0x800, last: 0x8ff, decision: allow.id }, { first: 0x900, last: 65_535, decision: drop.id }]]]));
const endpoint = (id: string, address: ReturnType<typeof ipv4>, policyGroup: string, kind: 'pod' | 'vm' = 'pod'): PlanEndpoint => ({ id, kind, workload: id, addresses: [address], allowedAddresses: [], policyGroup: policyGroup as PolicyGroupId });

const heard: Pick<Connection, 'sourcePort' | 'isFromHost' | 'isToHost' | 'mayBeBackwards'> = { sourcePort: 40_000, isFromHost: false, isToHost: false, mayBeBackwards: false };

/** `a` may do anything but to strangers; to `b` come some from `a`, and nobody else. */
const tables = (kind: 'pod' | 'vm' = 'pod'): ClassTables => ({
  addresses: new Map([[a, 1], [b, 2]]),
  ranges: [],
  rows: new Map([open, closed, some].map((one) => [one.id, one])),
  decisions: new Map([allow, drop].map((one) => [one.id, one])),
  groups: new Map([
    ['free' as PolicyGroupId, { ingress: { rows: new Map([[0, open.id]]) }, egress: { rows: new Map([[0, closed.id], [1, open.id], [2, open.id]]) } }],
    ['guarded' as PolicyGroupId, { ingress: { rows: new Map([[0, closed.id], [1, some.id]]) }, egress: { rows: new Map([[0, open.id]]) } }],
  ]),
  endpoints: new Map([endpoint('a', a, 'free'), endpoint('b', b, 'guarded', kind)].map((one) => [one.id, one])),
  ownNode: [node],
});

it.each([
  { name: 'what both ends allow goes on', connection: { from: a, to: b, protocol: 6, port: 80 }, denied: false },
  { name: 'another port does not', connection: { from: a, to: b, protocol: 6, port: 81 }, denied: true },
  { name: 'an echo goes on', connection: { from: a, to: b, protocol: 1, port: 0x800 }, denied: false },
  { name: 'another protocol does not', connection: { from: a, to: b, protocol: 17, port: 80 }, denied: true },
  { name: 'what the sender may not send does not', connection: { from: a, to: stranger, protocol: 6, port: 80 }, denied: true },
  { name: 'a stranger who may come in goes on', connection: { from: stranger, to: a, protocol: 6, port: 80 }, denied: false },
  { name: 'a stranger who may not does not', connection: { from: stranger, to: b, protocol: 6, port: 80 }, denied: true },
  { name: 'strangers among themselves are not ours to judge', connection: { from: stranger, to: node, protocol: 6, port: 80 }, denied: false },
  { name: 'the own node always reaches a pod', connection: { from: node, to: b, protocol: 6, port: 4444, isFromHost: true }, denied: false },
  { name: 'another node does not', connection: { from: node, to: b, protocol: 6, port: 4444 }, denied: true },
  { name: 'a workload meets itself through a Service', connection: { from: b, to: b, protocol: 6, port: 4444 }, denied: false },
])('$name', ({ connection, denied }) => expect(deniedBy(tables())({ ...heard, ...connection })).toBe(denied));

it('a machine judges its hypervisor like anybody else', () => expect(deniedBy(tables('vm'))({ ...heard, from: node, to: b, protocol: 6, port: 80, isFromHost: true })).toBe(true));

it('what was asked of one plan is not answered by the next one', () => {
  const [now, connection] = [tables(), { ...heard, from: a, to: b, protocol: 6, port: 80 }];
  const isDenied = deniedBy(now);
  (now.addresses as Map<unknown, unknown>).delete(a);
  expect(isDenied(connection)).toBe(false);
  expect(deniedBy(now)(connection)).toBe(true);
});

describe('a conversation that either end may have begun', () => {
  const backwards = { ...heard, from: b, to: a, protocol: 6, port: 40_000, sourcePort: 81, mayBeBackwards: true };
  it.each([
    { name: 'is denied where whoever may really have begun it is', connection: backwards, denied: true },
    { name: 'goes on where both may', connection: { ...backwards, sourcePort: 80 }, denied: false },
    { name: 'goes on where it was heard to begin', connection: { ...backwards, mayBeBackwards: false }, denied: false },
    { name: 'is denied forwards as before', connection: { ...backwards, from: a, to: b, port: 81, sourcePort: 40_000 }, denied: true },
    { name: 'with the own node is nobody\'s to deny, either way', connection: { ...backwards, to: node, isToHost: true }, denied: false },
    { name: 'with another node is denied', connection: { ...backwards, to: node }, denied: true },
  ])('$name', ({ connection, denied }) => expect(deniedEitherWay(tables(), false)(connection)).toBe(denied));

  it('is taken up from the middle while adopting, but only where there is a middle', () => {
    expect(deniedEitherWay(tables(), true)(backwards)).toBe(false);
    expect(deniedEitherWay(tables(), true)({ ...backwards, protocol: 17 })).toBe(true);
  });
});
