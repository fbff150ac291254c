import { describe, expect, it } from 'vitest';
import { type ParsedPolicy, parsePolicy, type TieredPolicy } from './index.ts';

const cnp = (spec: object): ParsedPolicy => parsePolicy({ apiVersion: 'policy.networking.k8s.io/v1alpha2', kind: 'ClusterNetworkPolicy', metadata: { name: 'p' }, spec: { tier: 'Admin', priority: 7, subject: { namespaces: {} }, ...spec } }, { cluster: 'local' });
const anp = (spec: object): ParsedPolicy => parsePolicy({ apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'AdminNetworkPolicy', metadata: { name: 'p' }, spec: { priority: 7, subject: { namespaces: {} }, ...spec } }, { cluster: 'local' });
const banp = (spec: object, name = 'default'): ParsedPolicy => parsePolicy({ apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'BaselineAdminNetworkPolicy', metadata: { name }, spec: { subject: { namespaces: {} }, ...spec } }, { cluster: 'local' });

const codes = ({ errors }: ParsedPolicy): string[] => errors.map(({ code, path }) => `${code} ${path.join('.')}`);
const tiered = ({ policy }: ParsedPolicy): TieredPolicy => {
  if (policy?.form !== 'tiered') throw new Error('not read');
  return policy;
};
const from = [{ namespaces: {} }];
const to = from;

describe('tier, priority and subject', () => {
  it.each([
    { name: 'Admin', parsed: cnp({ priority: 0 }), tier: 'kube-admin', priority: 0 },
    { name: 'Baseline', parsed: cnp({ tier: 'Baseline', priority: 1000 }), tier: 'kube-baseline', priority: 1000 },
    { name: 'AdminNetworkPolicy', parsed: anp({}), tier: 'kube-admin', priority: 7 },
    { name: 'BaselineAdminNetworkPolicy', parsed: banp({}), tier: 'kube-baseline', priority: 0 },
  ])('$name', ({ parsed, tier, priority }) => {
    expect(parsed.errors).toEqual([]);
    expect(tiered(parsed)).toMatchObject({ tier, priority, ingress: undefined, egress: undefined, mode: 'Enforce', subjects: [{ kind: 'workloads', selector: { kind: 'pod', namespaces: { kind: 'any' } } }] });
    expect(tiered(parsed).ref).not.toHaveProperty('namespace');
  });

  it.each([
    { subject: undefined, code: 'REQUIRED spec.subject' },
    { subject: {}, code: 'REQUIRED spec.subject' },
    { subject: 'all', code: 'TYPE spec.subject' },
    { subject: { namespaces: null }, code: 'REQUIRED spec.subject' },
    { subject: { namespaces: {}, pods: { podSelector: {} } }, code: 'PEER_CONFLICT spec.subject' },
    { subject: { namespaces: { matchLabels: 7 } }, code: 'TYPE spec.subject.namespaces.matchLabels' },
    { subject: { pods: {} }, code: 'REQUIRED spec.subject.pods.podSelector' },
    { subject: { pods: { namespaceSelector: {} } }, code: 'REQUIRED spec.subject.pods.podSelector' },
    { subject: { pods: { podSelector: {}, labels: {} } }, code: 'UNKNOWN_FIELD spec.subject.pods.labels' },
    { subject: { hosts: {} }, code: 'UNKNOWN_FIELD spec.subject.hosts' },
    { subject: { namespaces: { matchExpressions: [{ key: 'a', operator: 'Near' }] } }, code: 'UNKNOWN_VALUE spec.subject.namespaces.matchExpressions.0.operator' },
  ])('subject $subject governs nobody', ({ subject, code }) => {
    const parsed = cnp({ subject });
    expect([codes(parsed), tiered(parsed).subjects]).toEqual([[code], []]);
  });
});

describe('a fault of the whole lets nothing through, and stands first', () => {
  const rules = { ingress: [{ action: 'Accept', from }, { action: 'Deny', from, protocols: [{ tcp: { destinationPort: { number: 80 } } }] }] };
  it.each([
    { name: 'tier Middle', parsed: cnp({ ...rules, tier: 'Middle' }), code: 'UNKNOWN_VALUE spec.tier' },
    { name: 'no tier', parsed: cnp({ ...rules, tier: undefined }), code: 'REQUIRED spec.tier' },
    { name: 'priority 1001', parsed: cnp({ ...rules, priority: 1001 }), code: 'UNKNOWN_VALUE spec.priority' },
    { name: 'priority -1', parsed: cnp({ ...rules, priority: -1 }), code: 'UNKNOWN_VALUE spec.priority' },
    { name: 'priority "7"', parsed: cnp({ ...rules, priority: '7' }), code: 'UNKNOWN_VALUE spec.priority' },
    { name: 'no priority', parsed: cnp({ ...rules, priority: undefined }), code: 'REQUIRED spec.priority' },
    { name: 'an unknown field', parsed: cnp({ ...rules, ingres: [] }), code: 'UNKNOWN_FIELD spec.ingres' },
    { name: 'tier in v1alpha1', parsed: anp({ tier: 'Admin', ingress: [{ action: 'Allow', from }, { action: 'Deny', from }] }), code: 'UNKNOWN_FIELD spec.tier' },
    { name: 'priority of a baseline', parsed: banp({ priority: 7, ingress: [{ action: 'Allow', from }, { action: 'Deny', from }] }), code: 'UNKNOWN_FIELD spec.priority' },
    { name: 'a second baseline', parsed: banp({ ingress: [{ action: 'Allow', from }, { action: 'Deny', from }] }, 'other'), code: 'NAME_INVALID metadata.name' },
  ])('$name', ({ parsed, code }) => {
    expect(codes(parsed)).toEqual([code]);
    expect(tiered(parsed).ingress?.map(({ action, peers }) => [action, peers.kind])).toEqual([['Allow', 'none'], ['Drop', 'any']]);
    expect(tiered(parsed).subjects).toHaveLength(1);
  });
});

describe('peers', () => {
  const egress = (peer: unknown, rest: object = { action: 'Accept' }): ParsedPolicy => cnp({ egress: [{ to: [peer], ...rest }] });
  it.each([
    { name: 'namespaces', peer: { namespaces: { matchLabels: { a: 'b' } } }, is: { kind: 'workloads', selector: { kind: 'pod', namespaces: { kind: 'labels' } } } },
    { name: 'pods', peer: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { a: 'b' } } } }, is: { kind: 'workloads', selector: { namespaces: { kind: 'any' } } } },
    { name: 'pods of every namespace', peer: { pods: { podSelector: {} } }, is: { kind: 'workloads', selector: { namespaces: { kind: 'any' } } } },
    { name: 'nodes', peer: { nodes: {} }, is: { kind: 'nodes', clusters: { kind: 'named', cluster: 'local' } } },
    { name: 'one network', peer: { networks: ['10.0.0.0/8'] }, is: { kind: 'cidr', except: [] } },
    { name: 'networks', peer: { networks: ['10.0.0.0/8', '::/0'] }, is: { kind: 'some', peers: [{ kind: 'cidr' }, { kind: 'cidr' }] } },
    { name: 'names', peer: { domainNames: ['*.Example.com.'] }, is: { kind: 'names', pattern: '*.example.com' } },
  ])('$name', ({ peer, is }) => {
    const parsed = egress(peer);
    expect(parsed.errors).toEqual([]);
    expect(tiered(parsed).egress).toMatchObject([{ action: 'Allow', peers: { kind: 'set', peers: [is] }, ports: { kind: 'any' } }]);
  });

  const broken = [
    { peer: {}, code: 'PEER_EMPTY ' },
    { peer: null, code: 'REQUIRED ' },
    { peer: { future: {} }, code: 'UNKNOWN_FIELD .future' },
    { peer: { namespaces: {}, future: {} }, code: 'UNKNOWN_FIELD .future' },
    { peer: { namespaces: {}, nodes: {} }, code: 'PEER_CONFLICT ' },
    { peer: { networks: [] }, code: 'PEER_EMPTY .networks' },
    { peer: { networks: ['10.0.0.0'] }, code: 'CIDR_INVALID .networks.0' },
    { peer: { networks: ['010.0.0.0/8'] }, code: 'CIDR_INVALID .networks.0' },
    { peer: { networks: ['::ffff:10.0.0.0/104'] }, code: 'CIDR_INVALID .networks.0' },
    { peer: { networks: '10.0.0.0/8' }, code: 'TYPE .networks' },
    { peer: { networks: [null] }, code: 'REQUIRED .networks.0' },
    { peer: { nodes: 'all' }, code: 'TYPE .nodes' },
    { peer: { pods: { namespaceSelector: {} } }, code: 'REQUIRED .pods.podSelector' },
    { peer: { pods: 7 }, code: 'TYPE .pods' },
    { peer: { namespaces: { matchNames: [] } }, code: 'UNKNOWN_FIELD .namespaces.matchNames' },
  ];
  it.each([...broken, { peer: { domainNames: [] }, code: 'PEER_EMPTY .domainNames' }, ...['com', '*', '*.com', 'a..b', '-a.example.com', 'ex ample.com', '10.0.0.1', '*.*.example.com', 7].map((name) => ({ peer: { domainNames: [name] }, code: 'NAME_INVALID .domainNames.0' }))])('$peer is refused: an Accept matches nothing', ({ peer, code }) => {
    const parsed = egress(peer);
    expect([codes(parsed), tiered(parsed).egress?.map(({ peers }) => peers.kind)]).toEqual([[code.replace(' ', ' spec.egress.0.to.0')], ['none']]);
  });
  it.each([...broken, { peer: { domainNames: ['example.com'] }, code: 'PEER_CONFLICT .domainNames' }].flatMap((row) => ['Deny', 'Pass'].map((action) => ({ ...row, action }))))('$peer is refused: $action denies everything', ({ peer, code, action }) => {
    const parsed = egress(peer, { action });
    expect([codes(parsed), tiered(parsed).egress?.map((rule) => [rule.action, rule.peers.kind, rule.ports.kind])]).toEqual([[code.replace(' ', ' spec.egress.0.to.0')], [['Drop', 'any', 'any']]]);
  });
  it.each(['nodes', 'networks', 'domainNames'])('%s are for egress', (field) => expect(codes(cnp({ ingress: [{ action: 'Accept', from: [{ [field]: {} }] }] }))).toEqual([`UNKNOWN_FIELD spec.ingress.0.from.0.${field}`]));
});

describe('rules', () => {
  it.each([
    { name: 'no list', rules: undefined, is: undefined },
    { name: 'an empty list', rules: [], is: undefined },
  ])('$name: no effect in that direction', ({ rules, is }) => expect(tiered(cnp({ ingress: rules })).ingress).toBe(is));

  it.each([
    { rule: { action: 'Accept' }, code: 'REQUIRED spec.ingress.0.from' },
    { rule: { action: 'Accept', from: [] }, code: 'PEER_EMPTY spec.ingress.0.from' },
    { rule: { action: 'Accept', from: {} }, code: 'TYPE spec.ingress.0.from' },
    { rule: { action: 'Accept', to: from }, code: 'UNKNOWN_FIELD spec.ingress.0.to' },
    { rule: { action: 'Accept', from, ports: [] }, code: 'UNKNOWN_FIELD spec.ingress.0.ports' },
    { rule: { action: 'Accept', from, protocols: [] }, code: 'REQUIRED spec.ingress.0.protocols' },
    { rule: { action: 'Accept', from, name: 'x'.repeat(101) }, code: 'TOO_LARGE spec.ingress.0.name' },
    { rule: { action: 'Accept', from, name: 'a\u001b[2J' }, code: 'NAME_INVALID spec.ingress.0.name' },
    { rule: { action: 'Accept', from, name: 7 }, code: 'TYPE spec.ingress.0.name' },
    { rule: { action: 'Allow', from }, code: 'UNKNOWN_VALUE spec.ingress.0.action' },
    { rule: { from }, code: 'REQUIRED spec.ingress.0.action' },
    { rule: 'Accept', code: 'TYPE spec.ingress.0' },
  ])('$rule is refused', ({ rule, code }) => {
    const parsed = cnp({ ingress: [rule] });
    expect(codes(parsed)).toContain(code);
    expect(tiered(parsed).ingress?.some(({ action, peers }) => action === 'Allow' && peers.kind !== 'none')).toBe(false);
  });
  it('a list that is none denies everything', () => expect(tiered(cnp({ egress: 'all' })).egress).toMatchObject([{ action: 'Drop', peers: { kind: 'any' } }]));
  it('Pass is for those above somebody', () => expect([codes(anp({ ingress: [{ action: 'Pass', from }] })), codes(banp({ ingress: [{ action: 'Pass', from }] }))]).toEqual([[], ['UNKNOWN_VALUE spec.ingress.0.action']]));
});

describe('ports', () => {
  it.each([
    { name: 'tcp', entry: { tcp: { destinationPort: { number: 80 } } }, is: { kind: 'range', protocol: 'TCP', range: { first: 80, last: 80 } } },
    { name: 'udp', entry: { udp: { destinationPort: { range: { start: 1, end: 65_535 } } } }, is: { kind: 'range', protocol: 'UDP', range: { first: 1, last: 65_535 } } },
    { name: 'sctp', entry: { sctp: { destinationPort: { number: 9003 } } }, is: { kind: 'range', protocol: 'SCTP' } },
    { name: 'a name', entry: { destinationNamedPort: 'web' }, is: { kind: 'named', protocol: undefined, name: 'web' } },
  ])('v1alpha2 $name', ({ entry, is }) => expect(tiered(cnp({ egress: [{ action: 'Deny', to, protocols: [entry] }] })).egress).toMatchObject([{ action: 'Drop', ports: { kind: 'set', ports: [is] } }]));
  it.each([
    { name: 'a number', entry: { portNumber: { protocol: 'UDP', port: 53 } }, is: { kind: 'range', protocol: 'UDP', range: { first: 53, last: 53 } } },
    { name: 'TCP where none is written', entry: { portNumber: { port: 53 } }, is: { kind: 'range', protocol: 'TCP' } },
    { name: 'a range', entry: { portRange: { protocol: 'SCTP', start: 1, end: 2 } }, is: { kind: 'range', protocol: 'SCTP', range: { first: 1, last: 2 } } },
    { name: 'a name', entry: { namedPort: 'web' }, is: { kind: 'named', protocol: undefined, name: 'web' } },
  ])('v1alpha1 $name', ({ entry, is }) => expect(tiered(anp({ egress: [{ action: 'Allow', to, ports: [entry] }] })).egress).toMatchObject([{ ports: { kind: 'set', ports: [is] } }]));
  it('v1alpha1: an empty list is every port', () => expect(tiered(anp({ egress: [{ action: 'Allow', to, ports: [] }] })).egress).toMatchObject([{ ports: { kind: 'any' } }]));

  it.each([
    { entry: {}, code: 'REQUIRED ' },
    { entry: null, code: 'REQUIRED ' },
    { entry: { icmp: {} }, code: 'UNKNOWN_FIELD .icmp' },
    { entry: { tcp: {} }, code: 'REQUIRED .tcp' },
    { entry: { tcp: null, udp: null }, code: 'REQUIRED ' },
    { entry: { tcp: { destinationPort: {} } }, code: 'REQUIRED .tcp.destinationPort' },
    { entry: { tcp: { sourcePort: {} } }, code: 'UNKNOWN_FIELD .tcp.sourcePort' },
    { entry: { tcp: { destinationPort: { number: 80 } }, udp: { destinationPort: { number: 80 } } }, code: 'PORT_INVALID ' },
    { entry: { tcp: { destinationPort: { number: 80, range: { start: 1, end: 2 } } } }, code: 'PORT_INVALID .tcp.destinationPort' },
    { entry: { tcp: { destinationPort: { number: 0 } } }, code: 'PORT_INVALID .tcp.destinationPort.number' },
    { entry: { tcp: { destinationPort: { number: 65_536 } } }, code: 'PORT_INVALID .tcp.destinationPort.number' },
    { entry: { tcp: { destinationPort: { number: '80' } } }, code: 'PORT_INVALID .tcp.destinationPort.number' },
    { entry: { tcp: { destinationPort: { range: { start: 2, end: 2 } } } }, code: 'PORT_INVALID .tcp.destinationPort.range.end' },
    { entry: { tcp: { destinationPort: { range: { start: 2 } } } }, code: 'REQUIRED .tcp.destinationPort.range.end' },
    { entry: { tcp: { destinationPort: { range: { start: 1, end: 2, step: 1 } } } }, code: 'UNKNOWN_FIELD .tcp.destinationPort.range.step' },
    { entry: { destinationNamedPort: 'Web' }, code: 'PORT_INVALID .destinationNamedPort' },
    { entry: { destinationNamedPort: 80 }, code: 'PORT_INVALID .destinationNamedPort' },
  ])('v1alpha2 $entry is refused', ({ entry, code }) => expect(codes(cnp({ ingress: [{ action: 'Accept', from, protocols: [entry] }] }))).toEqual([code.replace(' ', ' spec.ingress.0.protocols.0')]));
  it.each([
    { entry: {}, code: 'REQUIRED ' },
    { entry: { portNumber: {} }, code: 'REQUIRED .portNumber.port' },
    { entry: { portNumber: { protocol: 'ICMP', port: 1 } }, code: 'UNKNOWN_VALUE .portNumber.protocol' },
    { entry: { portNumber: { port: 1, endPort: 2 } }, code: 'UNKNOWN_FIELD .portNumber.endPort' },
    { entry: { portRange: { start: 9, end: 1 } }, code: 'PORT_INVALID .portRange.end' },
    { entry: { portRange: { end: 1 } }, code: 'REQUIRED .portRange.start' },
    { entry: { namedPort: 'web', portNumber: { port: 1 } }, code: 'PORT_INVALID ' },
    { entry: { namedPort: 'a--b' }, code: 'PORT_INVALID .namedPort' },
    { entry: { port: 80 }, code: 'UNKNOWN_FIELD .port' },
  ])('v1alpha1 $entry is refused', ({ entry, code }) => expect(codes(anp({ ingress: [{ action: 'Allow', from, ports: [entry] }] }))).toEqual([code.replace(' ', ' spec.ingress.0.ports.0')]));
});
