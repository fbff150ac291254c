import { workloadId } from '@firsthop/inventory';
import { ipv4 } from '@firsthop/netaddr';
import { parsePolicy, type Policy } from '@firsthop/policy';
import { expect, it } from 'vitest';
import { ClusterState } from './cluster-state.ts';
import type { Positions } from './positions.ts';

const pod = { id: workloadId('c', 'u'), kind: 'pod' as const, cluster: 'c', namespace: 'shop', name: 'web', labels: new Map(), node: 'n1', hostNetwork: false, ports: [], endpoints: [{ id: 'c/u/eth0' as never, interfaceName: 'eth0', addresses: [ipv4(0x0a00_0001)], allowedAddresses: [] }] };

const policy = (spec: object): Policy => {
  const read = parsePolicy({ apiVersion: 'firsthop.dev/v1alpha1', kind: 'ClusterSecurityPolicy', metadata: { name: 'p' }, spec: { appliedTo: [{ podSelector: {} }], ingress: [{ name: 'r', action: 'Drop' }], ...spec } }, { cluster: 'c' });
  if (read.policy === undefined || read.errors.length > 0) throw new Error(JSON.stringify(read.errors));
  return read.policy;
};

/** How a source says something: all of it, or as a change. */
const sources = [
  { name: 'that says all at once', say: (state: ClusterState, now: Policy | undefined) => state.replace('directory', { facts: [{ of: 'workload', id: pod.id, now: pod }], policies: now === undefined ? [] : [now], tiers: [], groups: [] }) },
  { name: 'that says what changes', say: (state: ClusterState, now: Policy | undefined) => state.apply([{ of: 'workload', id: pod.id, now: pod }, { of: 'policy', key: 'p', now }]) },
];

it.each(sources)('a policy of a source $name is in force until it ends, and then in no plan', ({ say }) => {
  let now = Date.parse('2027-01-01T00:00:00Z');
  let value = 0;
  const positions: Positions = { next: () => ({ epoch: 0, watermarks: new Map([['directory', ++value]]) }), current: () => undefined };
  const state = new ClusterState('c', positions, { now: () => now });
  const rules = (): number => state.plan('n1')?.rules.size ?? 0;
  say(state, policy({ expiresAt: '2027-01-01T00:00:10Z' }));
  expect([rules(), state.nextEdge(), state.isTimed]).toEqual([1, Date.parse('2027-01-01T00:00:10Z'), true]);
  now += 9_999;
  expect([...state.passTime().keys(), rules()]).toEqual([1]);
  now += 1;
  expect([[...state.passTime().keys()], rules(), state.nextEdge()]).toEqual([['n1'], 0, undefined]);
  say(state, policy({}));
  expect([rules(), state.isTimed]).toEqual([1, false]);
  say(state, undefined);
  expect(rules()).toBe(0);
});
