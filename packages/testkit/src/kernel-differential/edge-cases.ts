/**
 * Where policies are easy to get wrong, each with what must become of a few packets.
 *
 * @module
 */
import { type EdgeCase, object } from './edge-world.ts';

const labelled = (app: string): object => ({ matchLabels: { app } });
const np = (name: string, spec: object): object => object('networking.k8s.io/v1', 'NetworkPolicy', name, { spec });
const csp = (name: string, spec: object): object => object('firsthop.dev/v1alpha1', 'ClusterSecurityPolicy', name, { spec });
const api = [{ podSelector: labelled('api'), namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }];
/** Only this peer reaches shop/w1. */
const only = (peer: object, ...more: readonly object[]): readonly object[] => [csp('only', { appliedTo: api, ingress: [{ action: 'Allow', from: [peer] }, { action: 'Drop' }] }), ...more];
const tcp = (port: number | string, endPort?: number): object => ({ protocol: 'TCP', port, ...(endPort === undefined ? {} : { endPort }) });

const emptiness: readonly EdgeCase[] = [
  { name: 'a policy without subjects governs nobody', objects: [np('shop/p', { podSelector: labelled('ghost'), ingress: [] })], lines: ['w0 > w1 TCP 80: allow', 'o14 > w1 UDP 80: allow'] },
  { name: 'peers that are nobody let nobody in', objects: [np('shop/p', { podSelector: labelled('api'), ingress: [{ from: [{ podSelector: labelled('ghost') }] }] })], lines: ['w0 > w1 TCP 80: drop', 'o14 > w1 ICMP: drop', 'node > w1 TCP 80: allow', 'w1 > w0 TCP 80: allow'] },
  { name: 'a drop of nobody drops nothing', objects: [csp('p', { appliedTo: api, ingress: [{ action: 'Drop', from: [{ podSelector: labelled('ghost') }] }] })], lines: ['w0 > w1 TCP 80: allow', 'o14 > w1 UDP 80: allow'] },
  { name: 'empty lists isolate, both ways, and not from the own node', objects: [np('shop/p', { podSelector: labelled('api'), policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] })], lines: ['w0 > w1 TCP 80: drop', 'w1 > w0 TCP 80: drop', 'w1 > o14 UDP 80: drop', 'o15 > w1 SCTP 80: drop', 'node > w1 UDP 80: allow', 'w1 > node TCP 80: allow'] },
  { name: 'one empty rule allows everything', objects: [np('shop/p', { podSelector: {}, ingress: [{}], policyTypes: ['Ingress', 'Egress'] })], lines: ['w3 > w1 TCP 80: allow', 'o14 > w1 SCTP 81: allow', 'w7 > w2 ICMP: allow', 'w1 > w3 TCP 80: drop'] },
  { name: 'a closed namespace', objects: [object('v1', 'Namespace', 'pay', { labels: { 'firsthop.dev/enforcement': 'Full' } }), csp('p', { appliedTo: [{ podSelector: labelled('api') }], ingress: [{ action: 'Allow', ports: [tcp(80)] }] })], lines: ['w0 > w4 TCP 80: allow', 'w0 > w4 TCP 81: drop', 'w0 > w7 UDP 80: drop', 'w7 > w0 UDP 80: drop', 'w0 > w1 TCP 81: allow'] },
];

const addresses: readonly EdgeCase[] = [
  {
    name: 'prefixes in prefixes, with exceptions',
    objects: [np('shop/p', { podSelector: labelled('api'), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/28', except: ['10.0.0.0/29', '10.0.0.15/32'] } }, { ipBlock: { cidr: '10.0.0.2/31', except: ['10.0.0.3/32'] } }, { ipBlock: { cidr: 'fd00::/124', except: ['fd00::/125', 'fd00::f/128'] } }, { ipBlock: { cidr: 'fd00::2/127', except: ['fd00::3/128'] } }] }] })],
    lines: ['o14 > w1 TCP 80: allow', 'o13 > w1 UDP 80: allow', 'o15 > w1 TCP 80: drop', 'o1000 > w1 TCP 80: drop', 'w2 > w1 TCP 80: allow', 'w3 > w1 TCP 80: drop', 'w0 > w1 TCP 80: drop', 'w7 > w1 TCP 80: drop'],
  },
  { name: 'an exception of one item is another item', objects: [np('shop/p', { podSelector: labelled('api'), ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.14/31'] } }, { ipBlock: { cidr: '10.0.0.15/32' } }] }] })], lines: ['o14 > w1 TCP4 80: drop', 'o15 > w1 TCP4 80: allow', 'o1000 > w1 TCP4 80: allow', 'w4 > w1 UDP4 80: allow', 'w4 > w1 UDP6 80: drop'] },
  { name: 'everything of one family', objects: only({ cidr: { cidr: '::/0' } }), lines: ['w0 > w1 TCP6 80: allow', 'w0 > w1 TCP4 80: drop', 'o14 > w1 ICMP6: allow', 'o14 > w1 ICMP4: drop'] },
  { name: 'a bridge is no way round', objects: [csp('p', { appliedTo: [{ vmSelector: {} }], ingress: [{ action: 'Drop', from: [{ cidr: { cidr: '10.0.0.0/29', except: ['10.0.0.0/32'] } }, { cidr: { cidr: 'fd00::/125', except: ['fd00::/128'] } }] }] })], lines: ['w5 > w7 TCP 80: drop', 'w7 > w5 UDP 80: drop', 'w0 > w7 TCP 80: allow', 'w1 > w5 ICMP: drop', 'node > w5 TCP 80: allow'] },
];

const ports: readonly EdgeCase[] = [
  {
    name: 'ranges that meet and overlap',
    objects: [csp('p', { appliedTo: api, ingress: [{ action: 'Reject', ports: [tcp(80, 81)] }, { action: 'Allow', ports: [tcp(81, 8079), tcp(8080, 8080)] }, { action: 'Drop', ports: [tcp(8080, 8081)] }, { action: 'Reject', ports: [tcp(8082, 65_535)] }] })],
    lines: ['w0 > w1 TCP 79: allow', 'w0 > w1 TCP 80: reject', 'w0 > w1 TCP 81: reject', 'w0 > w1 TCP 82: allow', 'w0 > w1 TCP 8079: allow', 'w0 > w1 TCP 8080: allow', 'w0 > w1 TCP 8081: drop', 'w0 > w1 TCP 65535: reject', 'w0 > w1 UDP 80: allow'],
  },
  {
    name: 'a name is another number at each destination',
    objects: [csp('p', { appliedTo: [{ serviceAccount: { namespace: 'shop', name: 'robot' } }], egress: [{ action: 'Allow', ports: [tcp('web'), { protocol: 'UDP', port: 'web-udp' }] }, { action: 'Reject' }] })],
    lines: ['w0 > w1 TCP 80: allow', 'w0 > w1 TCP 81: reject', 'w0 > w2 TCP 81: allow', 'w0 > w2 TCP 80: reject', 'w0 > w2 UDP 82: allow', 'w0 > w1 UDP 82: reject', 'w0 > w4 TCP 8080: allow', 'w0 > w3 TCP 80: reject', 'w0 > o14 TCP 80: reject'],
  },
  { name: 'a name of the subject, whoever asks', objects: [np('shop/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.8/29' } }, { podSelector: {} }], ports: [{ port: 'web' }] }] })], lines: ['o14 > w1 TCP4 80: allow', 'o14 > w1 TCP4 81: drop', 'o14 > w2 TCP4 81: allow', 'w0 > w2 TCP 81: allow', 'w0 > w2 TCP 80: drop', 'w1 > w0 TCP 80: drop', 'w3 > w1 TCP 80: drop'] },
  { name: 'types and codes of ICMP', objects: [csp('p', { appliedTo: api, ingress: [{ action: 'Allow', ports: [{ protocol: 'ICMP', icmp: { type: 3, code: 1 } }, { protocol: 'ICMP', icmp: { type: 13 } }, { protocol: 'ICMPv6', icmp: { type: 128, code: 0 } }] }, { action: 'Drop', ports: [{ protocol: 'ICMP' }, { protocol: 'ICMPv6' }] }] })], lines: ['w0 > w1 ICMP4: drop', 'w0 > w1 ICMP4 13.0: allow', 'w0 > w1 ICMP4 3.1: allow', 'w0 > w1 ICMP4 3.2: drop', 'w0 > w1 ICMP6: allow', 'w0 > w1 ICMP6 150.0: drop', 'w0 > w1 TCP 80: allow'] },
];

const order: readonly EdgeCase[] = [
  {
    name: 'Pass, Delegate, and a tier that ends closed',
    objects: [
      object('firsthop.dev/v1alpha1', 'Tier', 'gate', { spec: { order: 150, defaultAction: 'Drop' } }),
      csp('gate', { tier: 'gate', appliedTo: api, ingress: [{ action: 'Pass', ports: [tcp(80)] }, { action: 'Delegate', ports: [tcp(81)] }, { action: 'Allow', ports: [tcp(82)] }] }),
      csp('later', { tier: 'application', appliedTo: api, ingress: [{ action: 'Reject' }] }),
      np('shop/p', { podSelector: labelled('api'), ingress: [{ from: [{ podSelector: labelled('web') }] }] }),
    ],
    lines: ['w0 > w1 TCP 80: reject', 'w0 > w1 TCP 81: allow', 'w3 > w1 TCP 81: drop', 'w3 > w1 TCP 82: allow', 'w0 > w1 TCP 8080: drop', 'w0 > w1 UDP 80: drop', 'w0 > w2 UDP 80: allow'],
  },
  { name: 'the baseline where nobody spoke', objects: [csp('base', { tier: 'baseline', appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Reject', ports: [tcp(80)] }] }), np('shop/p', { podSelector: labelled('api'), ingress: [{ from: [{ podSelector: {} }] }] })], lines: ['w0 > w1 TCP 80: allow', 'w3 > w1 TCP 80: drop', 'w0 > w2 TCP 80: reject', 'w0 > w2 TCP 81: allow', 'w0 > w5 TCP 80: allow'] },
  { name: 'a refusal at the destination is heard', objects: [csp('p', { appliedTo: [...api, { vmSelector: {} }], ingress: [{ action: 'Reject' }] })], lines: ['w0 > w1 TCP 80: reject', 'w0 > w1 UDP 80: reject', 'w0 > w1 SCTP 80: reject', 'w0 > w1 ICMP: reject', 'o14 > w1 TCP 80: reject', 'o14 > w1 UDP 80: reject', 'w7 > w5 TCP 80: reject', 'w7 > w5 UDP 80: reject', 'w0 > w5 UDP 80: reject', 'w5 > w1 TCP 80: reject'] },
  { name: 'a refusal at the source is heard', objects: [csp('p', { appliedTo: [{ podSelector: labelled('web') }, { vmSelector: {} }], egress: [{ action: 'Reject' }] })], lines: ['w0 > w1 TCP 80: reject', 'w0 > o14 UDP 80: reject', 'w0 > o14 SCTP 80: reject', 'w3 > w5 ICMP: reject', 'w5 > w7 TCP 80: reject', 'w5 > o14 UDP 80: reject', 'w2 > node TCP 80: reject', 'w1 > w0 TCP 80: allow'] },
];

const who: readonly EdgeCase[] = [
  { name: 'labels that look like the system’s', objects: [np('shop/p', { podSelector: labelled('api'), ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'pay' } } }] }] }), csp('q', { tier: 'emergency', appliedTo: [{ podSelector: labelled('web') }], ingress: [{ action: 'Reject', from: [{ podSelector: { matchLabels: { namespace: 'pay' } } }] }] })], lines: ['w3 > w1 TCP 80: allow', 'w4 > w1 TCP 80: allow', 'w6 > w1 TCP 80: drop', 'w7 > w1 TCP 80: drop', 'w6 > w0 TCP 80: reject', 'w4 > w0 TCP 80: allow'] },
  { name: 'the own namespace', objects: [csp('p', { appliedTo: [{ podSelector: labelled('api') }], ingress: [{ action: 'Allow', from: [{ namespaces: { match: 'Self' } }] }, { action: 'Drop' }] })], lines: ['w0 > w1 TCP 80: allow', 'w3 > w1 TCP 80: drop', 'w3 > w4 TCP 80: allow', 'w0 > w4 TCP 80: drop', 'w6 > w4 TCP 80: drop'] },
  { name: 'namespaces of the same labels', objects: [csp('p', { appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Allow', from: [{ namespaces: { sameLabels: ['team'] } }] }, { action: 'Drop' }] })], lines: ['w3 > w1 TCP 80: allow', 'w0 > w1 TCP 80: allow', 'w6 > w1 TCP 80: drop', 'w0 > w6 TCP 80: drop', 'o14 > w1 TCP 80: drop'] },
  { name: 'anybody but', objects: only({ not: { podSelector: {} } }), lines: ['w0 > w1 TCP 80: drop', 'w5 > w1 TCP 80: allow', 'o14 > w1 TCP 80: allow', 'o13 > w1 TCP 80: allow', 'w6 > w1 TCP 80: drop'] },
  { name: 'pods but some', objects: only({ podSelector: {}, not: { podSelector: labelled('web') } }), lines: ['w4 > w1 TCP 80: allow', 'w6 > w1 TCP 80: allow', 'w3 > w1 TCP 80: drop', 'o14 > w1 TCP 80: drop', 'w5 > w1 TCP 80: drop'] },
  { name: 'a group in a group', objects: only({ group: { name: 'outer' } }, object('firsthop.dev/v1alpha1', 'ClusterGroup', 'outer', { spec: { members: [{ group: { name: 'inner' } }, { cidr: { cidr: '10.0.0.14/32' } }] } }), object('firsthop.dev/v1alpha1', 'ClusterGroup', 'inner', { spec: { members: [{ serviceAccount: { namespace: 'pay', name: 'human' } }, { vmSelector: {}, namespaceSelector: { matchLabels: { team: 'a' } } }] } })), lines: ['w3 > w1 TCP 80: allow', 'w7 > w1 TCP 80: allow', 'o14 > w1 TCP4 80: allow', 'o14 > w1 TCP6 80: drop', 'w0 > w1 TCP 80: drop'] },
  { name: 'who stands behind a Service', objects: only({ service: { namespace: 'pay', name: 'api' } }), lines: ['w4 > w1 TCP 80: allow', 'w3 > w1 TCP 80: drop', 'w0 > w1 TCP 80: drop'] },
  { name: 'an account of one namespace', objects: only({ serviceAccount: { namespace: 'pay', name: 'human' } }), lines: ['w3 > w1 TCP 80: allow', 'w4 > w1 TCP 80: drop', 'w0 > w1 TCP 80: drop'] },
  { name: 'nodes, and not the pods on them', objects: only({ nodes: {} }), lines: ['o13 > w1 TCP 80: allow', 'node > w1 TCP 80: allow', 'w0 > w1 TCP 80: drop', 'o14 > w1 TCP 80: drop'] },
  { name: 'names that DNS answered', objects: [csp('p', { appliedTo: [{ podSelector: labelled('web') }], egress: [{ action: 'Allow', to: [{ fqdn: '*.example.com' }] }, { action: 'Drop' }] })], lines: ['w0 > w1 TCP 80: allow', 'w0 > o15 TCP4 80: allow', 'w0 > o15 TCP6 80: drop', 'w0 > o14 TCP 80: drop', 'w0 > w4 TCP 80: drop'] },
];

export const edgeCases: readonly EdgeCase[] = [...emptiness, ...addresses, ...ports, ...order, ...who];
