import { describe, expect, it } from 'vitest';
import { type Group, groupFaults, inForce, parseGroup, parsePolicy, type Policy, standingFaults } from './index.ts';

const record = (value: object): ReadonlyMap<string, unknown> => new Map(Object.entries(value));
const read = (name: string, members: unknown, kind: 'Group' | 'ClusterGroup' = 'Group', rest: object = {}) =>
  parseGroup(record({ apiVersion: 'firsthop.dev/v1alpha1', kind, metadata: { name, namespace: 'a' }, spec: { members, ...rest } }), { kind, cluster: 'local' });
const group = (...args: Parameters<typeof read>): Group => {
  const one = read(...args);
  if (!one.ok) throw new Error(JSON.stringify(one.error));
  return one.value;
};
const policy = (spec: object, kind = 'SecurityPolicy'): Policy => {
  const { policy: one, errors } = parsePolicy({ apiVersion: 'firsthop.dev/v1alpha1', kind, metadata: { name: 'p', namespace: 'a' }, spec: { appliedTo: [{ podSelector: {} }], ...spec } }, { cluster: 'local' });
  if (one === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  return one;
};

describe('groups', () => {
  it('of a namespace are bound to it, those of the cluster to none', () => {
    expect(group('g', [{ podSelector: {} }])).toMatchObject({ ref: { cluster: 'local', namespace: 'a', name: 'g' }, members: [{ selector: { namespaces: { kind: 'named', namespace: 'a' } } }] });
    const wide = group('g', [{ podSelector: {} }, { cidr: { cidr: '10.0.0.0/8' } }], 'ClusterGroup');
    expect(wide).toMatchObject({ members: [{ selector: { namespaces: { kind: 'any' } } }, { kind: 'cidr' }] });
    expect(wide.ref).not.toHaveProperty('namespace');
  });
  it.each([
    { members: undefined, code: 'REQUIRED spec.members' },
    { members: {}, code: 'TYPE spec.members' },
    { members: [{}], code: 'PEER_EMPTY spec.members.0' },
    { members: [{ podSelector: {} }, { fqdn: 'example.com' }], code: 'PEER_CONFLICT spec.members.1.fqdn' },
    { members: [{ namespaces: { sameLabels: ['a'] } }], code: 'PEER_CONFLICT spec.members.0.namespaces' },
    { members: [{ cidr: { cidr: 'x' } }], code: 'CIDR_INVALID spec.members.0.cidr.cidr' },
    { members: Array.from({ length: 65 }, () => ({ group: { name: 'h' } })), code: 'TOO_LARGE spec.members' },
    { members: [{ pods: {} }], code: 'UNKNOWN_FIELD spec.members.0.pods' },
  ])('members $members are refused', ({ members, code }) => {
    const one = read('g', members);
    expect(one.ok ? [] : one.error.map(({ code: is, path }) => `${is} ${path.join('.')}`)).toEqual([code]);
  });
  it.each([
    { name: 'Self of a ClusterGroup', one: read('g', [{ namespaces: { match: 'Self' } }], 'ClusterGroup'), code: 'PEER_CONFLICT spec.members.0.namespaces' },
    { name: 'an unknown field', one: read('g', [], 'Group', { childGroups: [] }), code: 'UNKNOWN_FIELD spec.childGroups' },
    { name: 'no name', one: parseGroup(record({ spec: { members: [] } }), { kind: 'Group', cluster: 'local' }), code: 'REQUIRED metadata' },
    { name: 'no spec', one: parseGroup(record({ metadata: { name: 'g' } }), { kind: 'Group', cluster: 'local' }), code: 'REQUIRED spec' },
  ])('$name is refused', ({ one, code }) => expect(one.ok ? [] : one.error.map(({ code: is, path }) => `${is} ${path.join('.')}`)).toEqual([code]));
});

describe('a group in a group', () => {
  const [inner, outer] = [group('inner', [{ podSelector: {} }]), group('outer', [{ group: { name: 'inner' } }])];
  it.each([
    { name: 'one level', of: outer, groups: [inner, outer], is: [] },
    { name: 'two levels', of: group('top', [{ podSelector: {} }, { group: { name: 'outer' } }]), groups: [inner, outer], is: ['TOO_LARGE spec.members.1'] },
    { name: 'in itself', of: group('self', [{ group: { name: 'self' } }]), groups: [group('self', [{ group: { name: 'self' } }])], is: ['TOO_LARGE spec.members.0'] },
    { name: 'in each other', of: group('x', [{ group: { name: 'y' } }]), groups: [group('x', [{ group: { name: 'y' } }]), group('y', [{ group: { name: 'x' } }])], is: ['TOO_LARGE spec.members.0'] },
    { name: 'in none', of: group('x', [{ not: { group: { name: 'nobody' } } }]), groups: [], is: ['NOT_FOUND spec.members.0'] },
  ])('$name', ({ of, groups, is }) => expect(groupFaults(of, groups).map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual(is));
});

describe('policies that name groups', () => {
  const surroundings = (...groups: Group[]) => ({ tiers: [], groups });
  const wide = group('g', [{ podSelector: {} }], 'ClusterGroup');
  const peersIn = (policyOf: Policy, ...groups: Group[]): unknown => inForce(policyOf, surroundings(...groups)).ingress?.map(({ action, peers }) => [action, peers.kind]);

  it.each([
    { name: "the namespace's own", from: { group: { name: 'g' } }, groups: [group('g', [{ podSelector: {} }])], found: true },
    { name: "the cluster's, where the namespace has none", from: { group: { name: 'g' } }, groups: [wide], found: true },
    { name: "not the cluster's, where another namespace is meant", from: { group: { name: 'g', namespace: 'b' } }, groups: [wide], found: false },
    { name: 'none', from: { group: { name: 'h' } }, groups: [wide], found: false },
    { name: 'none, behind a not', from: { not: { group: { name: 'h' } } }, groups: [wide], found: false },
  ])('$name', ({ from, groups, found }) => {
    const [allow, drop] = ['Allow', 'Drop'].map((action) => policy({ ingress: [{ action, from: [from] }] }));
    if (allow === undefined || drop === undefined) throw new Error('not read');
    expect(standingFaults(allow, surroundings(...groups)).map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual(found ? [] : ['NOT_FOUND spec.ingress.0.from.0']);
    expect([peersIn(allow, ...groups), peersIn(drop, ...groups)]).toEqual(found ? [[['Allow', 'set']], [['Drop', 'set']]] : [[['Allow', 'none']], [['Drop', 'any']]]);
  });

  it.each([
    { name: 'subjects of nobody', appliedTo: [{ group: { name: 'h' } }], code: 'NOT_FOUND' },
    { name: 'everybody but addresses', appliedTo: [{ podSelector: {}, not: { group: { name: 'net' } } }], code: 'PEER_CONFLICT' },
  ])('$name: the policy governs nobody', ({ appliedTo, code }) => {
    const net = group('net', [{ cidr: { cidr: '10.0.0.0/8' } }]);
    const one = policy({ appliedTo: [{ podSelector: {} }, ...appliedTo] });
    expect(standingFaults(one, surroundings(net)).map(({ code: is, path }) => `${is} ${path.join('.')}`)).toEqual([`${code} spec.appliedTo.1`]);
    expect(inForce(one, surroundings(net)).subjects).toEqual([]);
  });
});

it('a group is resolved once, however many rules name it', () => {
  const big = group('big', Array.from({ length: 5000 }, (_, i) => ({ cidr: { cidr: `10.${i >> 8}.${i & 255}.0/24` } })));
  const outer = group('outer', Array.from({ length: 60 }, () => ({ group: { name: 'big' } })));
  const many = policy({ ingress: Array.from({ length: 5000 }, () => ({ action: 'Allow', from: [{ group: { name: 'outer' } }] })) });
  const start = process.cpuUsage();
  inForce(many, { tiers: [], groups: [big, outer] });
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(0.5);
});
