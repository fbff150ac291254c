/**
 * Cilium's policies, translated, against truth tables written by hand from Cilium's documentation.
 */
import { describe, expect, it } from 'vitest';
import { address, convertPolicies, falsehoods, inAnyOrder, loadGround, questionsOf, type Scenario, tableFalsehoods } from './dialect-ground.ts';

const cnp = (name: string, spec: string, namespace = 'shop'): string => `---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`;
const ccnp = (name: string, spec: string): string => `---\napiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const np = (name: string, spec: string): string => `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`;
const api = 'endpointSelector: {matchLabels: {app: api}}';
const web = '{matchLabels: {app: web}}';

const scenarios: readonly Scenario[] = [
  {
    name: 'who is selected is denied what nobody allows, in the directions that have rules',
    policies: cnp('a', `{${api}, ingress: [{fromEndpoints: [${web}]}]}`),
    truth: `+ shop/web > shop/api 80
            - ops/web > shop/api 80
            - shop/db > shop/api 80
            - 203.0.113.9 > shop/api 80
            + shop/api > shop/db 80
            + 10.0.0.1 > shop/api 80
            - 10.0.0.2 > shop/api 80`,
  },
  {
    name: 'allowances of all policies add up, those of NetworkPolicy too',
    policies: cnp('a', `{${api}, ingress: [{fromEndpoints: [${web}]}]}`) + ccnp('b', `{${api}, ingress: [{fromEndpoints: [{matchLabels: {app: mon}}]}]}`) + np('np', '{podSelector: {matchLabels: {app: api}}, ingress: [{ports: [{port: 90}]}]}'),
    truth: `+ shop/web > shop/api 80
            + ops/mon > shop/api 80
            + shop/db > shop/api 90
            + 203.0.113.9 > shop/api 90
            - shop/db > shop/api 80`,
  },
  {
    name: 'denials win over every allowance, NetworkPolicy included',
    policies: cnp('deny', `{${api}, ingressDeny: [{fromEndpoints: [${web}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]}`) + cnp('allow', `{${api}, ingress: [{fromEndpoints: [{}]}]}`) + np('np', '{podSelector: {}, ingress: [{}]}'),
    truth: `- shop/web > shop/api 80
            + shop/web > shop/api 81
            + shop/web > shop/api UDP 80
            + shop/db > shop/api 80
            + ops/mon > shop/api 80`,
  },
  {
    name: 'the empty rule allows nobody, and isolates',
    policies: cnp('a', `{${api}, ingress: [{}]}`) + cnp('b', '{endpointSelector: {matchLabels: {app: db}}, egress: [{}]}'),
    truth: `- shop/web > shop/api 80
            + shop/api > shop/web 80
            - shop/db > shop/web 80
            + shop/web > shop/db 80`,
  },
  {
    name: 'an empty list is nobody, the empty selector everybody in the namespace',
    policies: cnp('a', `{${api}, ingress: [{fromEndpoints: [], toPorts: [{ports: [{port: "80"}]}]}]}`) + cnp('b', '{endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEndpoints: [{}]}]}'),
    truth: `- shop/web > shop/api 80
            + shop/web > shop/db 80
            - ops/web > shop/db 80`,
  },
  {
    name: 'default deny can be left out, and be asked for',
    policies:
      cnp('soft', `{${api}, enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEndpoints: [{matchLabels: {app: db}}]}], ingress: [{fromEndpoints: [${web}]}]}`) +
      cnp('hard', '{endpointSelector: {matchLabels: {app: web}}, enableDefaultDeny: {egress: true}, ingress: [{fromEntities: [all]}]}'),
    truth: `- shop/db > shop/api 80
            + shop/bare > shop/api 80
            + 203.0.113.9 > shop/api 80
            - shop/web > shop/db 80
            + shop/db > shop/web 80
            + 203.0.113.9 > shop/web 80`,
  },
  {
    name: 'namespaces by name and by label',
    policies:
      cnp('name', `{${api}, ingress: [{fromEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": ops, app: mon}}]}]}`) +
      cnp('label', '{endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.env": prod}}]}]}') +
      cnp('every', '{endpointSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}, ingress: [{fromEndpoints: [{matchExpressions: [{key: "io.kubernetes.pod.namespace", operator: Exists}], matchLabels: {app: web}}]}]}'),
    truth: `+ ops/mon > shop/api 80
            - ops/web > shop/api 80
            - shop/web > shop/api 80
            + ops/mon > shop/db 80
            + shop/web > shop/db 80
            - dev/web > shop/db 80
            + dev/web > shop/bare 80
            + shop/web > shop/bare 80
            - ops/mon > shop/bare 80`,
  },
  {
    name: 'cluster-wide policies select in every namespace',
    policies: ccnp('a', `{endpointSelector: ${web}, ingress: [{fromEndpoints: [{matchLabels: {app: mon}}]}]}`) + ccnp('b', '{endpointSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": ops, app: mon}}, ingress: [{fromEndpoints: [{}]}]}'),
    truth: `+ ops/mon > shop/web 80
            + ops/mon > dev/web 80
            - shop/api > dev/web 80
            + dev/web > ops/mon 80
            - 203.0.113.9 > ops/mon 80`,
  },
  {
    name: 'blocks mean addresses that nobody in the cluster has',
    policies: cnp('a', `{${api}, ingress: [{fromCIDR: [0.0.0.0/0]}], egress: [{toCIDRSet: [{cidr: 203.0.113.0/24, except: [203.0.113.128/25]}, {cidr: 10.0.0.0/8}]}]}`),
    truth: `+ 203.0.113.9 > shop/api 80
            - shop/web > shop/api 80
            - 10.0.0.2 > shop/api 80
            + 10.9.0.5 > shop/api 80
            + shop/api > 203.0.113.9 443
            - shop/api > 203.0.113.200 443
            - shop/api > shop/db 443
            + shop/api > 10.9.0.5 443
            - shop/api > 10.0.0.2 443`,
  },
  {
    name: 'a denied block does not deny pods',
    policies: cnp('a', `{${api}, enableDefaultDeny: {egress: false}, egressDeny: [{toCIDR: [10.0.0.0/8]}]}`),
    truth: `+ shop/api > shop/db 80
            - shop/api > 10.7.7.7 80
            + shop/api > 10.0.0.2 80
            + shop/api > 203.0.113.9 80`,
  },
  {
    name: 'entities: world and cluster are everybody together, and apart',
    policies: cnp('w', `{${api}, ingress: [{fromEntities: [world]}]}`) + cnp('c', '{endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEntities: [cluster]}]}') + cnp('r', '{endpointSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}, ingress: [{fromEntities: [remote-node]}, {fromEntities: [none]}]}'),
    truth: `+ 203.0.113.9 > shop/api 80
            - shop/web > shop/api 80
            - 10.0.0.2 > shop/api 80
            - 203.0.113.9 > shop/db 80
            + ops/mon > shop/db 80
            + 10.0.0.1 > shop/db 80
            + 10.0.0.1 > shop/bare 80
            - 203.0.113.9 > shop/bare 80
            - shop/web > shop/bare 80`,
  },
  {
    name: 'all nodes are host and remote-node together; all is everybody',
    policies: cnp('n', `{${api}, egress: [{toEntities: [host, remote-node]}]}`) + cnp('a', '{endpointSelector: {matchLabels: {app: db}}, egress: [{toEntities: [all], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}]}'),
    truth: `+ shop/api > 10.0.0.1 80
            + shop/api > 10.0.0.2 80
            - shop/api > shop/db 80
            - shop/api > 203.0.113.9 80
            + shop/db > 203.0.113.9 443
            + shop/db > shop/web 443
            - shop/db > shop/web 80`,
  },
  {
    name: 'ports, without protocol of any, by name, in ranges, all of them',
    policies: cnp('p', `{${api}, ingress: [{toPorts: [{ports: [{port: "53"}, {port: http, protocol: TCP}]}, {ports: [{port: "90", endPort: 99, protocol: UDP}, {port: "0", protocol: SCTP}]}]}, {icmps: [{fields: [{type: 8}, {type: EchoReply, family: IPv6}]}]}]}`),
    truth: `+ shop/web > shop/api 53
            + 203.0.113.9 > shop/api UDP 53
            + shop/web > shop/api 8080
            - shop/web > shop/api 80
            + shop/web > shop/api UDP 95
            - shop/web > shop/api 95
            + shop/web > shop/api SCTP 4
            + shop/web > shop/api ICMP 8
            - shop/web > shop/api ICMP 0`,
  },
  {
    name: 'names mean outside only',
    policies: cnp('f', `{${api}, egress: [{toFQDNs: [{matchName: one.example.com}, {matchPattern: "**.example.org"}], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}]}`),
    names: new Map([['one.example.com', [address('203.0.113.9'), address('10.244.1.3')]], ['a.b.example.org', [address('198.51.100.7')]], ['example.org', [address('198.51.100.8')]]]),
    truth: `+ shop/api > 203.0.113.9 443
            - shop/api > 203.0.113.9 80
            + shop/api > 198.51.100.7 443
            - shop/api > 198.51.100.8 443
            - shop/api > shop/db 443`,
  },
  {
    name: 'Services and accounts',
    policies: cnp('s', `{${api}, egress: [{toServices: [{k8sService: {serviceName: data, namespace: shop}}]}], ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.serviceaccount: mon, "k8s:io.kubernetes.pod.namespace": ops}}, {matchLabels: {io.cilium.k8s.policy.serviceaccount: web}}]}]}`),
    truth: `+ shop/api > shop/db 5432
            - shop/api > shop/web 80
            + ops/mon > shop/api 80
            + shop/web > shop/api 80
            - ops/web > shop/api 80
            - shop/db > shop/api 80`,
  },
  {
    name: 'several specs in one object',
    policies: `---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: many, namespace: shop}\nspecs: [{${api}, ingress: [{fromEndpoints: [${web}]}]}, {endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEndpoints: [{matchLabels: {app: api}}]}]}]\n`,
    truth: `+ shop/web > shop/api 80
            - shop/web > shop/db 80
            + shop/api > shop/db 80
            - shop/db > shop/api 80`,
  },
  {
    name: 'what cannot be said allows nothing; what denies, denies everything',
    policies:
      cnp('l7', `{${api}, ingress: [{fromEndpoints: [${web}], toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{}]}}]}, {fromEndpoints: [{matchLabels: {app: db}}]}]}`) +
      cnp('deny', '{endpointSelector: {matchLabels: {app: db}}, enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEntities: [kube-apiserver]}], ingress: [{fromEntities: [all]}]}') +
      cnp('requires', '{endpointSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}, ingress: [{fromRequires: [{}]}, {fromEndpoints: [{}]}]}'),
    errors: ['UNSUPPORTED', 'UNSUPPORTED', 'UNSUPPORTED'],
    truth: `- shop/web > shop/api 80
            + shop/db > shop/api 80
            - shop/web > shop/db 80
            - shop/web > shop/bare 80`,
  },
];

it('there are at least 60 questions', () => expect(scenarios.flatMap(questionsOf).length).toBeGreaterThanOrEqual(60));

describe('Cilium', () => {
  it.each(scenarios)('$name', (scenario) => {
    const { world, errors } = loadGround(scenario.policies);
    expect(errors.map(({ code }) => code)).toEqual(scenario.errors ?? []);
    expect(falsehoods(scenario, world)).toEqual([]);
  });
  it.each(scenarios)('compiled: $name', (scenario) => {
    expect(tableFalsehoods(scenario, loadGround(scenario.policies).world)).toEqual([]);
  });
  it.each(scenarios)('converted and read again: $name', ({ policies }) => {
    const [before, after] = [loadGround(policies), loadGround(convertPolicies(policies))];
    expect([after.errors, after.warnings]).toEqual([[], []]);
    expect(inAnyOrder(after.world)).toEqual(inAnyOrder(before.world));
  });
});
