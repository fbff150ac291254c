/** What is wrong with foreign objects is told with a code and the path in the foreign object, and what is left is closed. */
import { describe, expect, it } from 'vitest';
import { isForeign, translate } from './index.ts';

type Row = readonly [name: string, spec: unknown, code: string, path: string, object?: Record<string, unknown>];

const api = { podSelector: { matchLabels: { app: 'api' } } };
const acnp = (rule: unknown, rest: object = {}): unknown => ({ priority: 1, appliedTo: [api], ingress: [rule], ...rest });
const drop = (rest: object): unknown => acnp({ action: 'Drop', ...rest });

const antrea: readonly Row[] = [
  ['spec is missing', undefined, 'REQUIRED', 'spec'],
  ['spec is a list', [], 'TYPE', 'spec'],
  ['unknown field of the spec', acnp({ action: 'Drop' }, { teir: 'x' }), 'UNKNOWN_FIELD', 'spec.teir'],
  ['no priority', { appliedTo: [api] }, 'REQUIRED', 'spec.priority'],
  ['a priority that is none', acnp({ action: 'Drop' }, { priority: 0.5 }), 'UNKNOWN_VALUE', 'spec.priority'],
  ['a tier that is not there', acnp({ action: 'Drop' }, { tier: 'x' }), 'TIER_UNKNOWN', 'spec.tier'],
  ['no subjects', { priority: 1, ingress: [{ action: 'Drop' }] }, 'REQUIRED', 'spec.ingress.0.appliedTo'],
  ['subjects twice', acnp({ action: 'Drop', appliedTo: [api] }), 'PEER_CONFLICT', 'spec.ingress.0.appliedTo'],
  ['nodes as subjects', { priority: 1, appliedTo: [{ nodeSelector: {} }], ingress: [{ action: 'Drop' }] }, 'UNSUPPORTED', 'spec.appliedTo.0.nodeSelector'],
  ['a Service as subject', { priority: 1, appliedTo: [{ service: { name: 'a', namespace: 'b' } }] }, 'UNSUPPORTED', 'spec.appliedTo.0.service'],
  ['an empty subject', { priority: 1, appliedTo: [{}] }, 'PEER_EMPTY', 'spec.appliedTo.0'],
  ['no action', acnp({}), 'REQUIRED', 'spec.ingress.0.action'],
  ['an action of another system', acnp({ action: 'Deny' }), 'UNKNOWN_VALUE', 'spec.ingress.0.action'],
  ['layer seven', acnp({ action: 'Allow', l7Protocols: [{ http: {} }] }), 'UNSUPPORTED', 'spec.ingress.0.l7Protocols'],
  ['toServices', { priority: 1, appliedTo: [api], egress: [{ action: 'Allow', toServices: [{ name: 'a', namespace: 'b' }] }] }, 'UNSUPPORTED', 'spec.egress.0.toServices'],
  ['source ports', drop({ ports: [{ port: 1, sourcePort: 2 }] }), 'UNSUPPORTED', 'spec.ingress.0.ports.0.sourcePort'],
  ['a port that is none', drop({ ports: [{ port: 70000 }] }), 'PORT_INVALID', 'spec.ingress.0.ports.0.port'],
  ['a range that is empty', drop({ ports: [{ port: 9, endPort: 8 }] }), 'PORT_INVALID', 'spec.ingress.0.ports.0.endPort'],
  ['a type of IGMP', drop({ protocols: [{ igmp: { igmpType: 17 } }] }), 'UNSUPPORTED', 'spec.ingress.0.protocols.0.igmp.igmpType'],
  ['an empty peer', drop({ from: [{}] }), 'PEER_EMPTY', 'spec.ingress.0.from.0'],
  ['a peer of two kinds', drop({ from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }), 'PEER_CONFLICT', 'spec.ingress.0.from.0'],
  ['a block that is none', drop({ from: [{ ipBlock: { cidr: '10.0.0.0/99' } }] }), 'CIDR_INVALID', 'spec.ingress.0.from.0.ipBlock.cidr'],
  ['a group that is not there', drop({ from: [{ group: 'g' }] }), 'NOT_FOUND', 'spec.ingress.0.from.0.group'],
  ['a denied name', { priority: 1, appliedTo: [api], egress: [{ action: 'Drop', to: [{ fqdn: 'a.b' }] }] }, 'UNSUPPORTED', 'spec.egress.0.to.0.fqdn'],
  ['a pattern in the middle', { priority: 1, appliedTo: [api], egress: [{ action: 'Allow', to: [{ fqdn: 'a*.b' }] }] }, 'UNSUPPORTED', 'spec.egress.0.to.0.fqdn'],
  ['a selector with an unknown operator', drop({ from: [{ podSelector: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] } }] }), 'UNKNOWN_VALUE', 'spec.ingress.0.from.0.podSelector.matchExpressions.0.operator'],
  ['Pass in baseline', acnp({ action: 'Pass' }, { tier: 'baseline' }), 'UNSUPPORTED', 'spec.ingress.0.action'],
  ['to in an ingress rule', drop({ to: [api] }), 'UNSUPPORTED', 'spec.ingress.0.to'],
  ['a version that is not read', {}, 'UNKNOWN_VALUE', 'apiVersion', { apiVersion: 'crd.antrea.io/v1alpha1' }],
  ['a group that it had once', {}, 'UNKNOWN_VALUE', 'apiVersion', { apiVersion: 'security.antrea.tanzu.vmware.com/v1alpha1' }],
  ['a kind that is misspelt', {}, 'UNKNOWN_VALUE', 'kind', { kind: 'ClusterwideNetworkPolicy' }],
  ['no name', acnp({ action: 'Drop' }), 'REQUIRED', 'metadata.name', { metadata: {} }],
  ['a name that is none', acnp({ action: 'Drop' }), 'NAME_INVALID', 'metadata.name', { metadata: { name: 'A B' } }],
  ['an unknown field beside spec', acnp({ action: 'Drop' }), 'UNKNOWN_FIELD', 'sepc', { sepc: {} }],
  ['a tier behind all', { priority: 254 }, 'TIER_ORDER', 'spec.priority', { kind: 'Tier' }],
  ['a group of two kinds', { podSelector: {}, ipBlocks: [] }, 'PEER_CONFLICT', 'spec', { kind: 'ClusterGroup', spec: { podSelector: {}, ipBlocks: [{ cidr: '10.0.0.0/8' }] } }],
  ['a child of itself', { childGroups: ['x'] }, 'TOO_LARGE', 'spec.childGroups.0', { kind: 'ClusterGroup' }],
  ['a child that is not there', { childGroups: ['y'] }, 'NOT_FOUND', 'spec.childGroups.0', { kind: 'ClusterGroup' }],
];

const gnp = (rule: unknown, rest: object = {}): unknown => ({ selector: `app == 'api'`, ingress: [rule], ...rest });
const from = (source: object, rest: object = {}): unknown => gnp({ action: 'Deny', source, ...rest });

const calico: readonly Row[] = [
  ['an unknown field', gnp({ action: 'Deny' }, { ordre: 1 }), 'UNKNOWN_FIELD', 'spec.ordre'],
  ['stagedAction of a live one', gnp({ action: 'Deny' }, { stagedAction: 'Set' }), 'UNKNOWN_FIELD', 'spec.stagedAction'],
  ['doNotTrack', gnp({ action: 'Deny' }, { doNotTrack: true }), 'UNSUPPORTED', 'spec.doNotTrack'],
  ['preDNAT', gnp({ action: 'Deny' }, { preDNAT: true }), 'UNSUPPORTED', 'spec.preDNAT'],
  ['applyOnForward', gnp({ action: 'Deny' }, { applyOnForward: true }), 'UNSUPPORTED', 'spec.applyOnForward'],
  ['accounts as subjects', gnp({ action: 'Deny' }, { serviceAccountSelector: 'has(a)' }), 'UNSUPPORTED', 'spec.serviceAccountSelector'],
  ['a tier that is not there', gnp({ action: 'Deny' }, { tier: 'x' }), 'TIER_UNKNOWN', 'spec.tier'],
  ['a type that is none', gnp({ action: 'Deny' }, { types: ['Both'] }), 'UNKNOWN_VALUE', 'spec.types.0'],
  ['order as text', gnp({ action: 'Deny' }, { order: '1' }), 'TYPE', 'spec.order'],
  ['a selector that is none', { selector: 'app = "api"' }, 'SELECTOR_INVALID', 'spec.selector'],
  ['parts of values', { selector: 'app contains "a"' }, 'UNSUPPORTED', 'spec.selector'],
  ['a text without an end', from({ selector: 'app == "a' }), 'SELECTOR_INVALID', 'spec.ingress.0.source.selector'],
  ['an open parenthesis', from({ selector: '(has(a)' }), 'SELECTOR_INVALID', 'spec.ingress.0.source.selector'],
  ['too many alternatives', from({ selector: Array.from({ length: 9 }, (_, i) => `(a${i} == "1" || b${i} == "1")`).join(' && ') }), 'TOO_LARGE', 'spec.ingress.0.source.selector'],
  ['nested too deeply', from({ selector: '('.repeat(500) }), 'SELECTOR_INVALID', 'spec.ingress.0.source.selector'],
  ['an action that is none', gnp({ action: 'Drop' }), 'UNKNOWN_VALUE', 'spec.ingress.0.action'],
  ['Pass out of default', gnp({ action: 'Pass' }), 'UNSUPPORTED', 'spec.ingress.0.action'],
  ['http', gnp({ action: 'Allow', http: { methods: ['GET'] } }), 'UNSUPPORTED', 'spec.ingress.0.http'],
  ['source ports', from({ ports: [1] }, { protocol: 'TCP' }), 'UNSUPPORTED', 'spec.ingress.0.source.ports'],
  ['ports without a protocol', gnp({ action: 'Deny', destination: { ports: [1] } }), 'PORT_INVALID', 'spec.ingress.0.destination.ports'],
  ['ports of ICMP', gnp({ action: 'Deny', protocol: 'ICMP', destination: { ports: [1] } }), 'PORT_INVALID', 'spec.ingress.0.destination.ports'],
  ['a range that is empty', gnp({ action: 'Deny', protocol: 'TCP', destination: { ports: ['9:8'] } }), 'PORT_INVALID', 'spec.ingress.0.destination.ports.0'],
  ['a name left out', gnp({ action: 'Deny', protocol: 'TCP', destination: { notPorts: ['http'] } }), 'UNSUPPORTED', 'spec.ingress.0.destination.notPorts'],
  ['a protocol that is none', gnp({ action: 'Deny', protocol: 'XYZ' }), 'UNKNOWN_VALUE', 'spec.ingress.0.protocol'],
  ['icmp without its protocol', gnp({ action: 'Deny', icmp: { type: 8 } }), 'PORT_INVALID', 'spec.ingress.0.icmp'],
  ['a block that is none', from({ nets: ['10.0.0.0/8', '10.0.0.300'] }), 'CIDR_INVALID', 'spec.ingress.0.source.nets.1'],
  ['addresses of the own side', gnp({ action: 'Deny', destination: { nets: ['10.0.0.0/8'] } }), 'UNSUPPORTED', 'spec.ingress.0.destination.nets'],
  ['labels of accounts', from({ serviceAccounts: { selector: 'has(a)' } }), 'UNSUPPORTED', 'spec.ingress.0.source.serviceAccounts.selector'],
  ['accounts of every namespace', from({ serviceAccounts: { names: ['a'] } }), 'UNSUPPORTED', 'spec.ingress.0.source.serviceAccounts'],
  ['towards a Service', { egress: [{ action: 'Allow', destination: { services: { name: 'a', namespace: 'b' } } }] }, 'UNSUPPORTED', 'spec.egress.0.destination.services'],
  ['an unknown field of a side', from({ selectro: 'a' }), 'UNKNOWN_FIELD', 'spec.ingress.0.source.selectro'],
  ['names in a set', { nets: [], allowedEgressDomains: ['a.b'] }, 'UNSUPPORTED', 'spec.allowedEgressDomains', { kind: 'GlobalNetworkSet' }],
  ['a net of a set', { nets: ['x'] }, 'CIDR_INVALID', 'spec.nets.0', { kind: 'GlobalNetworkSet' }],
  ['the tier default passes', { defaultAction: 'Pass' }, 'UNSUPPORTED', 'spec.defaultAction', { kind: 'Tier', metadata: { name: 'default' } }],
  ['a staged action that is none', { stagedAction: 'Do' }, 'UNKNOWN_VALUE', 'spec.stagedAction', { kind: 'StagedGlobalNetworkPolicy' }],
  ['a version that is not read', {}, 'UNKNOWN_VALUE', 'apiVersion', { apiVersion: 'projectcalico.org/v4' }],
];

const ccnp = (rule: unknown, rest: object = {}): unknown => ({ endpointSelector: { matchLabels: { app: 'api' } }, ingress: [rule], ...rest });
const egress = (rule: unknown): unknown => ({ endpointSelector: { matchLabels: { app: 'api' } }, egress: [rule] });

const cilium: readonly Row[] = [
  ['neither spec nor specs', undefined, 'REQUIRED', 'spec'],
  ['an unknown field', ccnp({}, { ingres: [] }), 'UNKNOWN_FIELD', 'spec.ingres'],
  ['no subjects', { ingress: [{}] }, 'REQUIRED', 'spec.endpointSelector'],
  ['nodes as subjects', { nodeSelector: {}, ingress: [{}] }, 'UNSUPPORTED', 'spec.nodeSelector'],
  ['reserved subjects', { endpointSelector: { matchLabels: { 'reserved:host': '' } } }, 'UNSUPPORTED', 'spec.endpointSelector'],
  ['fromRequires', ccnp({ fromRequires: [{}] }), 'UNSUPPORTED', 'spec.ingress.0.fromRequires'],
  ['fromGroups', ccnp({ fromGroups: [{}] }), 'UNSUPPORTED', 'spec.ingress.0.fromGroups'],
  ['authentication', ccnp({ fromEndpoints: [{}], authentication: { mode: 'required' } }), 'UNSUPPORTED', 'spec.ingress.0.authentication'],
  ['layer seven', ccnp({ toPorts: [{ ports: [{ port: '80' }], rules: { http: [{}] } }] }), 'UNSUPPORTED', 'spec.ingress.0.toPorts.0.rules'],
  ['names of servers', ccnp({ toPorts: [{ ports: [{ port: '80' }], serverNames: ['a'] }] }), 'UNSUPPORTED', 'spec.ingress.0.toPorts.0.serverNames'],
  ['ports without a port', ccnp({ toPorts: [{ ports: [{}] }] }), 'REQUIRED', 'spec.ingress.0.toPorts.0.ports.0.port'],
  ['a protocol that is none', ccnp({ toPorts: [{ ports: [{ port: '1', protocol: 'XYZ' }] }] }), 'UNKNOWN_VALUE', 'spec.ingress.0.toPorts.0.ports.0.protocol'],
  ['ports and icmps', ccnp({ toPorts: [{ ports: [{ port: '1' }] }], icmps: [{ fields: [{ type: 8 }] }] }), 'PEER_CONFLICT', 'spec.ingress.0.icmps'],
  ['a type that is none', ccnp({ icmps: [{ fields: [{ type: 'Ping' }] }] }), 'PORT_INVALID', 'spec.ingress.0.icmps.0.fields.0.type'],
  ['an entity that is none', ccnp({ fromEntities: ['everyone'] }), 'UNKNOWN_VALUE', 'spec.ingress.0.fromEntities.0'],
  ['kube-apiserver', ccnp({ fromEntities: ['kube-apiserver'] }), 'UNSUPPORTED', 'spec.ingress.0.fromEntities.0'],
  ['host alone, on the way out', egress({ toEntities: ['host'] }), 'UNSUPPORTED', 'spec.egress.0.toEntities.0'],
  ['other nodes, on the way out', egress({ toNodes: [{}] }), 'UNSUPPORTED', 'spec.egress.0.toNodes.0'],
  ['a pattern within a label', egress({ toFQDNs: [{ matchPattern: '*.example.com' }] }), 'UNSUPPORTED', 'spec.egress.0.toFQDNs.0.matchPattern'],
  ['denied names', { endpointSelector: {}, egressDeny: [{ toFQDNs: [{ matchName: 'a.b' }] }] }, 'UNKNOWN_FIELD', 'spec.egressDeny.0.toFQDNs'],
  ['Services by label', egress({ toServices: [{ k8sServiceSelector: { selector: {} } }] }), 'UNSUPPORTED', 'spec.egress.0.toServices.0.k8sServiceSelector'],
  ['toGroups', egress({ toGroups: [{}] }), 'UNSUPPORTED', 'spec.egress.0.toGroups'],
  ['a block that is none', ccnp({ fromCIDR: ['10.0.0.0/33'] }), 'CIDR_INVALID', 'spec.ingress.0.fromCIDR.0'],
  ['groups of blocks', ccnp({ fromCIDRSet: [{ cidrGroupRef: 'a' }] }), 'UNSUPPORTED', 'spec.ingress.0.fromCIDRSet.0.cidrGroupRef'],
  ['labels of another source', ccnp({ fromEndpoints: [{ matchLabels: { 'container:a': 'b' } }] }), 'UNSUPPORTED', 'spec.ingress.0.fromEndpoints.0.matchLabels.container:a'],
  ['a label value that is none', ccnp({ fromEndpoints: [{ matchLabels: { a: '!' } }] }), 'SELECTOR_INVALID', 'spec.ingress.0.fromEndpoints.0.matchLabels.a'],
  ['reserved beside others', ccnp({ fromEndpoints: [{ matchLabels: { 'reserved:host': '', a: 'b' } }] }), 'UNSUPPORTED', 'spec.ingress.0.fromEndpoints.0'],
  ['default deny as text', ccnp({}, { enableDefaultDeny: { ingress: 'no' } }), 'TYPE', 'spec.enableDefaultDeny.ingress'],
  ['a version that is not read', {}, 'UNKNOWN_VALUE', 'apiVersion', { apiVersion: 'cilium.io/v2alpha1' }],
];

const tables: readonly (readonly [string, Record<string, unknown>, readonly Row[]])[] = [
  ['Antrea', { apiVersion: 'crd.antrea.io/v1beta1', kind: 'ClusterNetworkPolicy' }, antrea],
  ['Calico', { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy' }, calico],
  ['Cilium', { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy' }, cilium],
];
const rows = tables.flatMap(([system, type, list]) => list.map(([name, spec, code, path, rest = {}]) => ({ name: `${system}: ${name}`, object: { ...type, metadata: { name: 'x' }, ...(spec === undefined ? {} : { spec }), ...rest }, code, path })));

it('there are at least 60 of them', () => expect(rows.length).toBeGreaterThanOrEqual(60));

describe('a fault has a code and a path', () => {
  it.each(rows)('$name', ({ object, code, path }) => {
    const [translation] = translate([object]);
    expect(translation?.errors.map((error) => [error.code, error.path.join('.')])).toContainEqual([code, path]);
    expect(translation?.errors.length).toBeLessThanOrEqual(2);
  });
});

describe('what is left is closed', () => {
  it.each(rows)('$name', ({ object }) => {
    const rules = translate([object]).flatMap(({ objects }) => objects).flatMap(({ spec }) => Object.values(spec as object).flatMap((list: unknown) => (Array.isArray(list) ? list : []))) as readonly { readonly action?: string }[];
    expect(rules.filter(({ action }) => action === 'Allow' || action === 'Pass')).toEqual([]);
  });
});

it('kinds and versions that are ours to translate', () => {
  expect(isForeign('crd.antrea.io/v1beta1', 'ClusterNetworkPolicy')).toBe(true);
  expect(isForeign('crd.antrea.io/v9', 'ClusterGroup')).toBe(true);
  expect(isForeign('projectcalico.org/v3', 'BGPPeer')).toBe(false);
  expect(isForeign('networking.k8s.io/v1', 'NetworkPolicy')).toBe(false);
  expect(isForeign('constructor', 'toString')).toBe(false);
  expect(isForeign(undefined, {})).toBe(false);
});

it('answers for each object, in their order, whatever it is', () => {
  const translations = translate([null, 7, 'x', [], {}, { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy' }]);
  expect(translations.map(({ isNamed, objects, errors }) => [isNamed, objects.length, errors.length])).toEqual(Array.from({ length: 6 }, () => [false, 0, 1]));
});
