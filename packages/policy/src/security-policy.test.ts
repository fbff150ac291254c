import { describe, expect, it } from 'vitest';
import { type ParsedPolicy, parsePolicy, type TieredPolicy } from './index.ts';

const parse = (kind: string, spec: object): ParsedPolicy => parsePolicy({ apiVersion: 'firsthop.dev/v1alpha1', kind, metadata: { name: 'p', namespace: 'a' }, spec: { appliedTo: [{ podSelector: {} }], ...spec } }, { cluster: 'local' });
const own = (spec: object): ParsedPolicy => parse('SecurityPolicy', spec);
const wide = (spec: object): ParsedPolicy => parse('ClusterSecurityPolicy', spec);
const codes = ({ errors }: ParsedPolicy): string[] => errors.map(({ code, path }) => `${code} ${path.join('.')}`);
const tiered = ({ policy }: ParsedPolicy): TieredPolicy => {
  if (policy?.form !== 'tiered') throw new Error('not read');
  return policy;
};

const here = { kind: 'named', namespace: 'a' };
const anywhere = { kind: 'any' };
const local = { kind: 'named', cluster: 'local' };
const pods = (namespaces: object, rest: object = {}): object => ({ kind: 'workloads', selector: { kind: 'pod', clusters: local, namespaces, ...rest } });

describe('peers', () => {
  const peer = (parsed: ParsedPolicy): unknown => {
    expect(parsed.errors).toEqual([]);
    return tiered(parsed).egress?.[0]?.peers;
  };
  const rule = (entry: object, action = 'Allow'): object => ({ egress: [{ action, to: [entry] }] });

  it.each([
    { name: 'podSelector', entry: { podSelector: {} }, own: pods(here), wide: pods(anywhere) },
    { name: 'hostSelector', entry: { hostSelector: {} }, own: { selector: { kind: 'host', namespaces: anywhere } }, wide: { selector: { kind: 'host', namespaces: anywhere } } },
    { name: 'Self', entry: { namespaces: { match: 'Self' } }, own: pods(here), wide: pods({ kind: 'self' }) },
    { name: 'sameLabels', entry: { namespaces: { sameLabels: ['team'] } }, own: pods({ kind: 'sameLabels', keys: ['team'] }), wide: pods({ kind: 'sameLabels', keys: ['team'] }) },
    { name: 'serviceAccount', entry: { serviceAccount: { namespace: 'b', name: 'web' } }, own: pods({ kind: 'named', namespace: 'b' }, { serviceAccount: 'web' }), wide: pods({ kind: 'named', namespace: 'b' }, { serviceAccount: 'web' }) },
    { name: 'serviceAccount and namespaceSelector', entry: { serviceAccount: { namespace: 'b', name: 'web' }, namespaceSelector: { matchLabels: { x: 'y' } } }, own: { kind: 'every', peers: [pods({ kind: 'labels' }), pods({ kind: 'named', namespace: 'b' })] }, wide: { kind: 'every' } },
    { name: 'group', entry: { group: { name: 'g' } }, own: { kind: 'group', group: { cluster: 'local', namespace: 'a', name: 'g' } }, wide: { kind: 'group', group: { cluster: 'local', name: 'g' } } },
    { name: 'group and podSelector', entry: { group: { namespace: 'b', name: 'g' }, podSelector: {} }, own: { kind: 'every', peers: [pods(here), { kind: 'group', group: { namespace: 'b' } }] }, wide: { kind: 'every' } },
    { name: 'service', entry: { service: { namespace: 'b', name: 's' } }, own: { kind: 'service', namespace: 'b', name: 's' }, wide: { kind: 'service' } },
    { name: 'nodes', entry: { nodes: { matchLabels: { pool: 'x' } } }, own: { kind: 'nodes', clusters: local }, wide: { kind: 'nodes' } },
    { name: 'nodes of the cluster set', entry: { nodes: {}, scope: 'ClusterSet' }, own: { kind: 'nodes', clusters: anywhere }, wide: { kind: 'nodes' } },
    { name: 'fqdn', entry: { fqdn: '*.Example.com' }, own: { kind: 'names', pattern: '*.example.com' }, wide: { kind: 'names' } },
    { name: 'clusters', entry: { podSelector: {}, clusters: { matchLabels: { 'kubernetes.io/metadata.name': 'west' } } }, own: { selector: { clusters: { kind: 'labels' } } }, wide: { selector: { clusters: { kind: 'labels' } } } },
    { name: 'every cluster', entry: { podSelector: {}, clusters: {} }, own: { selector: { clusters: anywhere } }, wide: { selector: { clusters: anywhere } } },
    { name: 'not', entry: { not: { podSelector: {} } }, own: { kind: 'not', peer: pods(here) }, wide: { kind: 'not', peer: pods(anywhere) } },
    { name: 'not and cidr', entry: { cidr: { cidr: '10.0.0.0/8' }, not: { podSelector: {} } }, own: { kind: 'every', peers: [{ kind: 'cidr' }, { kind: 'not' }] }, wide: { kind: 'every' } },
  ])('$name', ({ entry, ...is }) => {
    expect(peer(own(rule(entry)))).toMatchObject({ kind: 'set', peers: [is.own] });
    expect(peer(wide(rule(entry)))).toMatchObject({ kind: 'set', peers: [is.wide] });
  });

  const refused: readonly { readonly entry: object; readonly code: string; readonly action?: string; readonly kind?: string; readonly direction?: string }[] = [
    { entry: {}, code: 'PEER_EMPTY ' },
    { entry: { scope: 'ClusterSet' }, code: 'PEER_EMPTY ' },
    { entry: { clusters: {} }, code: 'PEER_EMPTY ' },
    { entry: { podSelecter: {} }, code: 'UNKNOWN_FIELD .podSelecter' },
    { entry: { podSelector: {}, vmSelector: {} }, code: 'PEER_CONFLICT ' },
    { entry: { vmSelector: {}, hostSelector: {} }, code: 'PEER_CONFLICT ' },
    { entry: { hostSelector: {}, namespaceSelector: {} }, code: 'PEER_CONFLICT .namespaceSelector' },
    { entry: { hostSelector: {}, namespaces: { match: 'Self' } }, code: 'PEER_CONFLICT .namespaces' },
    { entry: { vmSelector: {}, serviceAccount: { name: 'x' } }, code: 'PEER_CONFLICT .serviceAccount' },
    { entry: { serviceAccount: {} }, code: 'REQUIRED .serviceAccount.name' },
    { entry: { serviceAccount: { name: 'X Y' } }, code: 'NAME_INVALID .serviceAccount.name' },
    { entry: { serviceAccount: { name: 'x', namespace: 'A' } }, code: 'NAME_INVALID .serviceAccount.namespace' },
    { entry: { serviceAccount: { name: 'x', uid: 'y' } }, code: 'UNKNOWN_FIELD .serviceAccount.uid' },
    { entry: { serviceAccount: 'web' }, code: 'TYPE .serviceAccount' },
    { entry: { serviceAccount: { name: 'x' } }, code: 'REQUIRED .serviceAccount.namespace', kind: 'ClusterSecurityPolicy' },
    { entry: { service: { name: 'x' } }, code: 'REQUIRED .service.namespace', kind: 'ClusterSecurityPolicy' },
    { entry: { service: { namespace: 'a' } }, code: 'REQUIRED .service.name' },
    { entry: { service: { name: 's' }, scope: 'ClusterSet' }, code: 'PEER_CONFLICT .scope' },
    { entry: { group: { name: 'g' }, clusters: {} }, code: 'PEER_CONFLICT .clusters' },
    { entry: { group: 'g' }, code: 'TYPE .group' },
    { entry: { group: { name: '' } }, code: 'NAME_INVALID .group.name' },
    { entry: { namespaces: {} }, code: 'REQUIRED .namespaces.match' },
    { entry: { namespaces: { match: 'Other' } }, code: 'UNKNOWN_VALUE .namespaces.match' },
    { entry: { namespaces: { match: 'Self', sameLabels: ['a'] } }, code: 'PEER_CONFLICT .namespaces' },
    { entry: { namespaces: { sameLabels: [] } }, code: 'REQUIRED .namespaces.sameLabels' },
    { entry: { namespaces: { sameLabels: ['-'] } }, code: 'SELECTOR_INVALID .namespaces.sameLabels.0' },
    { entry: { namespaces: { sameLabels: 'a' } }, code: 'TYPE .namespaces.sameLabels' },
    { entry: { namespaces: { sameLabels: Array.from({ length: 17 }, (_, i) => `k${i}`) } }, code: 'TOO_LARGE .namespaces.sameLabels' },
    { entry: { namespaces: { match: 'Self' }, namespaceSelector: {} }, code: 'PEER_CONFLICT ' },
    { entry: { podSelector: {}, scope: 'World' }, code: 'UNKNOWN_VALUE .scope' },
    { entry: { podSelector: {}, scope: 'Cluster', clusters: {} }, code: 'PEER_CONFLICT ' },
    { entry: { podSelector: {}, clusters: [] }, code: 'TYPE .clusters' },
    { entry: { cidr: { cidr: '10.0.0.0/8' }, podSelector: {} }, code: 'PEER_CONFLICT ' },
    { entry: { cidr: { cidr: '10.0.0.0/8' }, scope: 'ClusterSet' }, code: 'PEER_CONFLICT ' },
    { entry: { cidr: { cidr: '10.0.0.0/8' }, nodes: {} }, code: 'PEER_CONFLICT ' },
    { entry: { nodes: {}, podSelector: {} }, code: 'PEER_CONFLICT ' },
    { entry: { nodes: [] }, code: 'TYPE .nodes' },
    { entry: { fqdn: 'example.com', podSelector: {} }, code: 'PEER_CONFLICT ' },
    { entry: { fqdn: 'com' }, code: 'NAME_INVALID .fqdn' },
    { entry: { fqdn: ['example.com'] }, code: 'NAME_INVALID .fqdn' },
    { entry: { fqdn: 'example.com' }, code: 'PEER_CONFLICT .fqdn', direction: 'ingress' },
    ...['Drop', 'Reject', 'Pass', 'Delegate'].map((action) => ({ entry: { fqdn: 'example.com' }, code: 'PEER_CONFLICT .fqdn', action })),
    { entry: { not: { fqdn: 'example.com' } }, code: 'PEER_CONFLICT .not.fqdn' },
    { entry: { not: {} }, code: 'PEER_EMPTY .not' },
    { entry: { not: null, podSelecter: 1 }, code: 'UNKNOWN_FIELD .podSelecter' },
    { entry: { not: [] }, code: 'TYPE .not' },
    { entry: { not: { not: { not: { not: { podSelector: {} } } } } }, code: 'TOO_LARGE .not.not.not.not' },
    { entry: { not: { namespaces: { sameLabels: ['team'] } } }, code: 'PEER_CONFLICT .not' },
  ];
  it.each(refused)('$entry is refused in $direction $action', ({ entry, code, action = 'Allow', kind = 'SecurityPolicy', direction = 'egress' }) => {
    const side = direction === 'egress' ? 'to' : 'from';
    const parsed = parse(kind, { [direction]: [{ action, [side]: [entry] }] });
    expect(codes(parsed)).toEqual([code.replace(' ', ` spec.${direction}.0.${side}.0`)]);
    const [rule] = tiered(parsed)[direction === 'egress' ? 'egress' : 'ingress'] ?? [];
    expect([rule?.action, rule?.peers.kind]).toEqual(action === 'Allow' ? ['Allow', 'none'] : ['Drop', 'any']);
  });
  it.each([
    ['Allow', 1],
    ['Pass', 1],
    ['Delegate', 1],
    ['Drop', 0],
    ['Reject', 0],
  ])('"not the same labels" can only be denied: %s has %i errors', (action, count) => expect(own({ egress: [{ action, to: [{ not: { namespaces: { sameLabels: ['team'] } } }] }] }).errors).toHaveLength(count));
});

describe('appliedTo', () => {
  it.each([
    { name: 'hosts', parsed: wide({ appliedTo: [{ hostSelector: {} }] }), is: { kind: 'workloads', selector: { kind: 'host', namespaces: anywhere } } },
    { name: 'an account', parsed: own({ appliedTo: [{ serviceAccount: { name: 'web' } }] }), is: pods(here, { serviceAccount: 'web' }) },
    { name: 'a group, no further than home', parsed: own({ appliedTo: [{ group: { name: 'g' } }] }), is: { kind: 'every', peers: [{ kind: 'group' }, { kind: 'some', peers: [pods(here), { selector: { kind: 'vm', namespaces: here } }] }] } },
    { name: 'a group of the cluster', parsed: wide({ appliedTo: [{ group: { name: 'g' } }] }), is: { kind: 'every', peers: [{ kind: 'group' }, { kind: 'some', peers: [pods(anywhere), { selector: { kind: 'vm' } }, { selector: { kind: 'host' } }] }] } },
    { name: 'not', parsed: own({ appliedTo: [{ podSelector: {}, not: { podSelector: { matchLabels: { a: 'b' } } } }] }), is: { kind: 'every', peers: [pods(here), { kind: 'not', peer: pods(here) }] } },
    { name: 'of other clusters', parsed: wide({ appliedTo: [{ podSelector: {}, scope: 'ClusterSet' }] }), is: { selector: { clusters: anywhere } } },
  ])('$name', ({ parsed, is }) => {
    expect(parsed.errors).toEqual([]);
    expect(tiered(parsed).subjects).toMatchObject([is]);
  });

  it.each([
    ...['cidr', 'fqdn', 'nodes', 'service'].map((field) => ({ entry: { [field]: {} }, code: `PEER_CONFLICT .${field}` })),
    { entry: { namespaceSelector: {} }, code: 'PEER_CONFLICT .namespaceSelector' },
    { entry: { hostSelector: {} }, code: 'PEER_CONFLICT .hostSelector' },
    { entry: { serviceAccount: { namespace: 'b', name: 'x' } }, code: 'PEER_CONFLICT .serviceAccount.namespace' },
    { entry: { namespaces: { sameLabels: ['a'] } }, code: 'PEER_CONFLICT .namespaces' },
    { entry: { not: { podSelector: {} } }, code: 'PEER_EMPTY ' },
    { entry: { podSelector: {}, not: { cidr: {} } }, code: 'PEER_CONFLICT .not.cidr' },
    { entry: { podSelector: {}, not: { not: { podSelector: {} } } }, code: 'PEER_EMPTY .not' },
    { entry: { scope: 'ClusterSet' }, code: 'PEER_EMPTY ' },
    { entry: {}, code: 'PEER_EMPTY ' },
    { entry: 'all', code: 'TYPE ' },
    { entry: { everybody: true }, code: 'UNKNOWN_FIELD .everybody' },
  ])('$entry governs nobody', ({ entry, code }) => {
    const parsed = own({ appliedTo: [{ podSelector: {} }, entry] });
    expect([codes(parsed), tiered(parsed).subjects]).toEqual([[code.replace(' ', ' spec.appliedTo.1')], []]);
  });
  it('Self of a cluster-scoped policy is nobody in particular', () => expect(codes(wide({ appliedTo: [{ namespaces: { match: 'Self' } }] }))).toEqual(['PEER_CONFLICT spec.appliedTo.0.namespaces']));
});

describe('the policy as a whole', () => {
  it.each([
    { name: 'nothing', spec: {}, is: { mode: 'Enforce', onChange: 'Reevaluate', priority: 1000, tier: 'application' } },
    { name: 'Monitor', spec: { mode: 'Monitor' }, is: { mode: 'Monitor' } },
    { name: 'Kill', spec: { onChange: 'Kill' }, is: { onChange: 'Kill' } },
    { name: 'emergency', spec: { tier: 'emergency' }, is: { onChange: 'Kill' } },
    { name: 'emergency, but gently', spec: { tier: 'emergency', onChange: 'Reevaluate' }, is: { onChange: 'Reevaluate' } },
    { name: 'a draft', spec: { stage: { of: 'live', action: 'Replace' } }, is: { stage: { of: 'local/SecurityPolicy/a/live', action: 'Replace' } } },
    { name: 'a draft of an end', spec: { stage: { of: 'live', action: 'Delete' }, appliedTo: undefined }, is: { stage: { action: 'Delete' }, subjects: [] } },
    { name: 'an end', spec: { expiresAt: '2027-01-01T01:00:00+01:00' }, is: { validity: { expiresAt: Date.UTC(2027, 0, 1) } } },
    { name: 'a window', spec: { schedule: { zone: 'Europe/Berlin', days: ['Mon', 'Sun'], from: '08:00', to: '18:30' } }, is: { validity: { schedule: { zone: 'Europe/Berlin', days: new Set([1, 0]), first: 480, end: 1110 } } } },
    { name: 'a window until midnight', spec: { schedule: { zone: 'UTC', from: '22:00', to: '00:00' } }, is: { validity: { schedule: { first: 1320, end: 1440 } } } },
    { name: 'every day, all day', spec: { schedule: { zone: 'UTC', from: '00:00', to: '24:00' } }, is: { validity: { schedule: { days: new Set([0, 1, 2, 3, 4, 5, 6]), first: 0, end: 1440 } } } },
    { name: 'people', spec: { owner: 'payments', ticket: 'SEC-1' }, is: { owner: 'payments', ticket: 'SEC-1' } },
  ])('$name', ({ spec, is }) => {
    const parsed = own(spec);
    expect(parsed.errors).toEqual([]);
    expect(tiered(parsed)).toMatchObject(is);
  });

  const rules = { ingress: [{ action: 'Allow' }, { action: 'Pass' }] };
  const window = { zone: 'Europe/Berlin', days: ['Mon'], from: '08:00', to: '18:00' };
  it.each([
    { spec: { mode: 'Watch' }, code: 'UNKNOWN_VALUE spec.mode' },
    { spec: { mode: true }, code: 'TYPE spec.mode' },
    { spec: { owner: 7 }, code: 'TYPE spec.owner' },
    { spec: { ticket: 'x'.repeat(257) }, code: 'TOO_LARGE spec.ticket' },
    { spec: { owner: 'a\nb' }, code: 'UNKNOWN_VALUE spec.owner' },
    { spec: { expire: 'x' }, code: 'UNKNOWN_FIELD spec.expire' },
    ...['tomorrow', '2027-01-01', '2027-01-01T00:00:00', '2027-02-29T00:00:00Z', '2027-13-01T00:00:00Z', '2027-01-01T24:00:00Z', '2027-01-01T00:00:60Z', '2027-01-01 00:00:00Z', '2027-01-01T00:00:00+25:00'].map((expiresAt) => ({ spec: { expiresAt }, code: 'UNKNOWN_VALUE spec.expiresAt' })),
    { spec: { expiresAt: 1_800_000_000 }, code: 'TYPE spec.expiresAt' },
    { spec: { schedule: 'always' }, code: 'TYPE spec.schedule' },
    { spec: { schedule: { ...window, zone: 'Europe/Atlantis' } }, code: 'UNKNOWN_VALUE spec.schedule.zone' },
    { spec: { schedule: { ...window, zone: '+01:00' } }, code: 'UNKNOWN_VALUE spec.schedule.zone' },
    { spec: { schedule: { ...window, zone: undefined } }, code: 'REQUIRED spec.schedule.zone' },
    { spec: { schedule: { ...window, days: [] } }, code: 'REQUIRED spec.schedule.days' },
    { spec: { schedule: { ...window, days: ['Monday'] } }, code: 'UNKNOWN_VALUE spec.schedule.days.0' },
    { spec: { schedule: { ...window, from: '8:00' } }, code: 'UNKNOWN_VALUE spec.schedule.from' },
    { spec: { schedule: { ...window, from: '24:00' } }, code: 'UNKNOWN_VALUE spec.schedule.from' },
    { spec: { schedule: { ...window, to: '24:01' } }, code: 'UNKNOWN_VALUE spec.schedule.to' },
    { spec: { schedule: { ...window, to: '08:60' } }, code: 'UNKNOWN_VALUE spec.schedule.to' },
    { spec: { schedule: { ...window, to: undefined } }, code: 'REQUIRED spec.schedule.to' },
    { spec: { schedule: { ...window, to: '08:00' } }, code: 'UNKNOWN_VALUE spec.schedule.to' },
    { spec: { schedule: { ...window, until: '2027' } }, code: 'UNKNOWN_FIELD spec.schedule.until' },
  ])('$spec spoils every rule', ({ spec, code }) => {
    const parsed = own({ ...rules, ...spec });
    expect([codes(parsed), tiered(parsed).ingress?.map(({ action, peers }) => [action, peers.kind])]).toEqual([[code], [['Allow', 'none'], ['Drop', 'any']]]);
  });

  it.each([
    { stage: 'live', code: 'TYPE spec.stage' },
    { stage: {}, code: 'REQUIRED spec.stage.of' },
    { stage: { of: 'p', action: 'Delete' }, code: 'UNKNOWN_VALUE spec.stage.of' },
    { stage: { of: 'live', action: 'Add' }, code: 'UNKNOWN_VALUE spec.stage.action' },
    { stage: { of: 'A B', action: 'Delete' }, code: 'NAME_INVALID spec.stage.of' },
    { stage: { of: 'live', action: 'Delete', at: 'noon' }, code: 'UNKNOWN_FIELD spec.stage.at' },
  ])('a draft of $stage decides nothing', ({ stage, code }) => {
    const parsed = own({ ...rules, stage });
    expect(codes(parsed)).toContain(code);
    expect(tiered(parsed).subjects).toEqual([]);
  });
  it('an unknown onChange changes no verdict', () => {
    const parsed = own({ ...rules, onChange: 'Shoot' });
    expect([codes(parsed), tiered(parsed).onChange, tiered(parsed).ingress?.[0]?.peers.kind]).toEqual([['UNKNOWN_VALUE spec.onChange'], 'Reevaluate', 'any']);
  });
});
