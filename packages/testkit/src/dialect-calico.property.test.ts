/**
 * Calico's policies, translated, against truth tables written by hand from Calico's documentation.
 */
import { describe, expect, it } from 'vitest';
import { convertPolicies, falsehoods, inAnyOrder, loadGround, questionsOf, type Scenario, tableFalsehoods } from './dialect-ground.ts';

const object = (kind: string, name: string, spec: string, metadata = ''): string => `---\napiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}${metadata}}\nspec: ${spec}\n`;
const global = (name: string, spec: string): string => object('GlobalNetworkPolicy', name, spec);
const local = (name: string, spec: string, namespace = 'shop'): string => object('NetworkPolicy', name, spec, `, namespace: ${namespace}`);
const tier = (name: string, spec: string): string => object('Tier', name, spec);
const np = (name: string, spec: string): string => `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`;
const api = `selector: app == 'api'`;
const isWeb = `source: {selector: app == 'web'}`;

const scenarios: readonly Scenario[] = [
  {
    name: 'whoever is selected is denied what nothing allows, in that direction',
    policies: local('a', `{${api}, ingress: [{action: Allow, ${isWeb}}]}`),
    truth: `+ shop/web > shop/api 80
            - ops/web > shop/api 80
            - shop/db > shop/api 80
            - 203.0.113.9 > shop/api 80
            + shop/api > shop/db 80
            + shop/web > shop/db 80`,
  },
  {
    name: 'no rules at all: denied, after types, which follow the rules',
    policies: local('none', `{${api}}`) + local('out', `{selector: app == 'db', egress: []}`) + local('both', `{selector: "!has(app)", types: [Egress]}`),
    truth: `- shop/web > shop/api 80
            + shop/api > shop/web 80
            - shop/web > shop/db 80
            + shop/db > shop/web 80
            + shop/web > shop/bare 80
            - shop/bare > shop/web 80`,
  },
  {
    name: 'egress rules alone are about egress alone',
    policies: local('out', `{${api}, egress: [{action: Allow, destination: {selector: role == 'data'}}]}`),
    truth: `+ shop/api > shop/db 80
            - shop/api > shop/web 80
            - shop/api > 203.0.113.9 443
            + shop/web > shop/api 80`,
  },
  {
    name: 'order: lower first, without one last, equal ones by name',
    policies:
      global('z-first', `{order: -1.5, ${api}, ingress: [{action: Deny, protocol: TCP, ${isWeb}, destination: {ports: [80]}}]}`) +
      global('b', `{order: 7, ${api}, ingress: [{action: Deny, protocol: TCP, ${isWeb}, destination: {ports: [81, 82]}}]}`) +
      global('a', `{order: 7, ${api}, ingress: [{action: Allow, protocol: TCP, ${isWeb}, destination: {ports: [80, 81]}}]}`) +
      global('last', `{${api}, ingress: [{action: Allow}]}`),
    truth: `- shop/web > shop/api 80
            + shop/web > shop/api 81
            - shop/web > shop/api 82
            + shop/web > shop/api 83
            + ops/mon > shop/api 80`,
  },
  {
    name: 'Log decides nothing, and a policy that only logs denies at the end',
    policies: local('log', `{${api}, ingress: [{action: Log}]}`),
    truth: `- shop/web > shop/api 80
            + shop/web > shop/db 80`,
  },
  {
    name: 'Pass goes on to the next tier, past the rest of this one',
    policies:
      tier('first', '{order: 10}') +
      tier('second', '{order: 20}') +
      global('first.a', `{tier: first, order: 1, ${api}, ingress: [{action: Pass, ${isWeb}}]}`) +
      global('first.b', `{tier: first, order: 2, ${api}, ingress: [{action: Deny, ${isWeb}}, {action: Allow, source: {selector: app == 'mon'}}]}`) +
      global('second.a', `{tier: second, order: 1, ${api}, ingress: [{action: Allow, source: {selector: "app == 'web' && tier == 'front'"}}]}`),
    truth: `+ shop/web > shop/api 80
            - ops/web > shop/api 80
            + ops/mon > shop/api 80
            - shop/db > shop/api 80
            + dev/web > shop/api 80`,
  },
  {
    name: 'a tier that ends with Pass does not deny',
    policies: tier('soft', '{order: 10, defaultAction: Pass}') + global('soft.a', `{tier: soft, ${api}, ingress: [{action: Deny, ${isWeb}}]}`),
    truth: `- shop/web > shop/api 80
            + shop/db > shop/api 80`,
  },
  {
    name: 'a tier that ends with Deny denies whom it selects, even with policies that say nothing',
    policies: tier('hard', '{order: 10}') + global('hard.a', `{tier: hard, ${api}, types: [Ingress, Egress], egress: [{action: Allow}]}`) + global('open', '{order: 1, ingress: [{action: Allow}], egress: [{action: Allow}]}'),
    truth: `- shop/web > shop/api 80
            + shop/api > shop/web 80
            + shop/web > shop/db 80`,
  },
  {
    name: 'tiers before and behind the tier default',
    policies:
      tier('late', '{order: 2000000}') +
      global('late.a', `{tier: late, selector: "app in {'api', 'db'}", ingress: [{action: Allow, source: {selector: app == 'mon'}}]}`) +
      global('now', `{${api}, ingress: [{action: Allow, ${isWeb}}]}`),
    truth: `+ shop/web > shop/api 80
            - ops/mon > shop/api 80
            + ops/mon > shop/db 80
            - shop/web > shop/db 80`,
  },
  {
    name: 'NetworkPolicies stand among the policies of the tier default, and only allow',
    policies:
      np('np', '{podSelector: {matchLabels: {app: api}}, ingress: [{ports: [{port: 80}]}]}') +
      local('before', `{order: 10, ${api}, ingress: [{action: Deny, source: {selector: app == 'bare' || !has(app)}}, {action: Allow, protocol: TCP, destination: {ports: [90]}}]}`) +
      local('behind', `{order: 2000, ${api}, ingress: [{action: Deny, source: {namespaceSelector: team == 'ops'}}, {action: Allow, protocol: TCP, destination: {ports: [100]}}]}`),
    truth: `- shop/bare > shop/api 80
            + shop/web > shop/api 90
            + shop/web > shop/api 80
            + ops/mon > shop/api 80
            + shop/web > shop/api 100
            - ops/mon > shop/api 100
            - shop/web > shop/api 110
            + ops/mon > shop/api 90`,
  },
  {
    name: 'an own policy does not take NetworkPolicy its say, nor the other way round',
    policies: np('np', '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}') + local('own', `{selector: tier == 'back', ingress: [{action: Allow, ${isWeb}}]}`),
    truth: `+ shop/api > shop/db 80
            + shop/web > shop/db 80
            - shop/bare > shop/db 80
            + shop/web > shop/api 80
            - shop/db > shop/api 80`,
  },
  {
    name: 'namespaces: by label, by name, and not at all',
    policies: global('ns', `{${api}, ingress: [{action: Allow, source: {namespaceSelector: team == 'ops', selector: app == 'mon'}}, {action: Allow, source: {namespaceSelector: projectcalico.org/name == 'dev'}}, {action: Allow, source: {selector: projectcalico.org/namespace == 'shop' && app == 'db'}}]}`),
    truth: `+ ops/mon > shop/api 80
            - ops/web > shop/api 80
            + dev/web > shop/api 80
            + shop/db > shop/api 80
            - shop/web > shop/api 80`,
  },
  {
    name: 'subjects by namespaces and alternatives',
    policies: global('subjects', `{selector: "(app == 'web' && tier == 'front') || app == 'mon'", namespaceSelector: has(env), ingress: [{action: Deny}]}`),
    truth: `- shop/db > shop/web 80
            - shop/db > ops/mon 80
            + shop/db > ops/web 80
            + shop/db > dev/web 80`,
  },
  {
    name: 'a set of networks is meant by selectors like pods, where their namespaces allow',
    policies:
      object('GlobalNetworkSet', 'world', '{nets: [198.51.100.0/24]}', ', labels: {app: web}') +
      object('NetworkSet', 'near', '{nets: [203.0.113.9]}', ', namespace: shop, labels: {app: web}') +
      object('NetworkSet', 'far', '{nets: [192.0.2.0/24]}', ', namespace: ops, labels: {app: web}') +
      global('g', `{${api}, ingress: [{action: Allow, ${isWeb}}]}`) +
      local('l', `{selector: app == 'db', ingress: [{action: Allow, ${isWeb}}]}`) +
      local('o', `{selector: "!has(app)", ingress: [{action: Allow, source: {selector: app == 'web', namespaceSelector: global()}}]}`),
    truth: `+ 198.51.100.7 > shop/api 80
            + 203.0.113.9 > shop/api 80
            + 192.0.2.1 > shop/api 80
            + ops/web > shop/api 80
            - 192.0.3.1 > shop/api 80
            - 198.51.100.7 > shop/db 80
            + 203.0.113.9 > shop/db 80
            - 192.0.2.1 > shop/db 80
            - ops/web > shop/db 80
            + shop/web > shop/db 80
            + 198.51.100.7 > shop/bare 80
            - 203.0.113.9 > shop/bare 80
            - shop/web > shop/bare 80`,
  },
  {
    name: 'blocks, and blocks without holes',
    policies: global('nets', `{${api}, ingress: [{action: Allow, source: {nets: [203.0.113.0/24, 10.244.0.0/16], notNets: [10.244.1.0/24]}}, {action: Allow, source: {notNets: [0.0.0.0/1, 10.244.0.0/16]}}]}`),
    truth: `+ 203.0.113.9 > shop/api 80
            + shop/web > shop/api 80
            - shop/db > shop/api 80
            + 198.51.100.7 > shop/api 80
            - 1.2.3.4 > shop/api 80`,
  },
  {
    name: 'a selector and a block: both',
    policies: global('and', `{${api}, ingress: [{action: Allow, source: {selector: app == 'web', nets: [10.244.1.0/24, 10.244.0.1/32]}}]}`),
    truth: `+ shop/web > shop/api 80
            + ops/web > shop/api 80
            - shop/db > shop/api 80
            - ops/mon > shop/api 80`,
  },
  {
    name: 'notSelector means everybody else, strangers too; !has only pods',
    policies: global('not', `{${api}, ingress: [{action: Allow, source: {notSelector: "app == 'web' || app == 'mon'"}}]}`) + global('nothas', `{selector: app == 'db', ingress: [{action: Allow, source: {selector: "!has(app)"}}]}`),
    truth: `+ 203.0.113.9 > shop/api 80
            + shop/db > shop/api 80
            - shop/web > shop/api 80
            - ops/mon > shop/api 80
            + shop/bare > shop/db 80
            - 203.0.113.9 > shop/db 80`,
  },
  {
    name: 'in a namespace, notSelector is about pods of the namespace',
    policies: local('not', `{${api}, ingress: [{action: Allow, source: {notSelector: app == 'web', nets: [10.244.0.0/16]}}]}`),
    truth: `+ shop/db > shop/api 80
            - shop/web > shop/api 80
            - ops/mon > shop/api 80
            - 203.0.113.9 > shop/api 80`,
  },
  {
    name: 'the own side of a rule narrows whom it is about, in its place',
    policies: global('own', `{order: 1, selector: tier == 'back', ingress: [{action: Deny, ${isWeb}, destination: {selector: role == 'data'}}, {action: Allow, ${isWeb}}, {action: Allow, source: {selector: app == 'mon'}, destination: {selector: "!has(role)"}}]}`),
    truth: `- shop/web > shop/db 80
            + shop/web > shop/api 80
            + ops/mon > shop/api 80
            - ops/mon > shop/db 80`,
  },
  {
    name: 'ports and protocols, and what is not them',
    policies:
      local('ports', `{${api}, ingress: [{action: Allow, protocol: TCP, destination: {ports: [80, "90:99", http]}}, {action: Allow, protocol: UDP, destination: {notPorts: [53, "60:70"]}}, {action: Allow, protocol: ICMP, icmp: {type: 8}}]}`) +
      local('nots', `{selector: app == 'db', ingress: [{action: Allow, notProtocol: TCP}]}`) +
      local('noticmp', `{selector: "!has(app)", ingress: [{action: Allow, protocol: ICMP, notICMP: {type: 8}}, {action: Allow, protocol: "17"}]}`),
    truth: `+ shop/web > shop/api 95
            - shop/web > shop/api 100
            + shop/web > shop/api 8080
            - shop/web > shop/api UDP 53
            - shop/web > shop/api UDP 65
            + shop/web > shop/api UDP 71
            + shop/web > shop/api ICMP 8
            - shop/web > shop/api ICMP 13
            - shop/web > shop/db 80
            + shop/web > shop/db UDP 80
            + shop/web > shop/db ICMP 8
            + shop/web > shop/db IGMP 0
            - shop/web > shop/bare ICMP 8
            + shop/web > shop/bare ICMP 13
            + shop/web > shop/bare UDP 9
            - shop/web > shop/bare 9`,
  },
  {
    name: 'service accounts and Services as sources',
    policies: local('accounts', `{${api}, ingress: [{action: Allow, source: {serviceAccounts: {names: [web]}}}, {action: Allow, source: {namespaceSelector: projectcalico.org/name == 'ops', serviceAccounts: {names: [mon]}}}, {action: Allow, source: {services: {name: data}}}]}`),
    truth: `+ shop/web > shop/api 80
            - ops/web > shop/api 80
            + ops/mon > shop/api 80
            + shop/db > shop/api 80
            - shop/bare > shop/api 80`,
  },
  {
    name: 'what cannot be said allows nothing and denies everything',
    policies: local('unsayable', `{${api}, ingress: [{action: Allow, http: {methods: [GET]}}, {action: Allow, ${isWeb}}, {action: Deny, source: {ports: [1]}, protocol: TCP}, {action: Allow}]}`),
    errors: ['UNSUPPORTED', 'UNSUPPORTED'],
    truth: `+ shop/web > shop/api 80
            - shop/db > shop/api 80`,
  },
  {
    name: 'Pass out of the tier default cannot be said',
    policies: local('pass', `{${api}, ingress: [{action: Pass}]}`),
    errors: ['UNSUPPORTED'],
    truth: `- shop/web > shop/api 80`,
  },
  {
    name: 'staged policies decide nothing',
    policies: object('StagedNetworkPolicy', 's', `{${api}, ingress: [{action: Deny}]}`, ', namespace: shop') + object('StagedKubernetesNetworkPolicy', 'k', '{podSelector: {}}', ', namespace: shop') + object('StagedGlobalNetworkPolicy', 'g', '{stagedAction: Delete}') + global('g', `{selector: app == 'db', ingress: [{action: Deny}]}`),
    truth: `+ shop/web > shop/api 80
            - shop/web > shop/db 80`,
  },
];

/** What would be, if staged policies were in force; what is, stays. */
const previews: readonly Scenario[] = [
  {
    name: 'an edit takes the place of the live one',
    policies: local('p', `{${api}, ingress: [{action: Allow, ${isWeb}}]}`) + object('StagedNetworkPolicy', 'p', `{${api}, ingress: [{action: Allow, source: {selector: app == 'db'}}]}`, ', namespace: shop'),
    truth: `- shop/web > shop/api 80
            + shop/db > shop/api 80`,
  },
  {
    name: 'a removal',
    policies: local('p', `{${api}, ingress: [{action: Allow, ${isWeb}}]}`) + object('StagedNetworkPolicy', 'p', '{stagedAction: Delete}', ', namespace: shop'),
    truth: `+ shop/web > shop/api 80
            + shop/db > shop/api 80`,
  },
  {
    name: 'a new policy, and a new NetworkPolicy',
    policies: object('StagedGlobalNetworkPolicy', 'p', `{${api}, ingress: [{action: Allow, ${isWeb}}]}`) + object('StagedKubernetesNetworkPolicy', 'k', '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}, {ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 90, endPort: 99}]}]}', ', namespace: shop'),
    truth: `+ ops/web > shop/api 80
            - shop/db > shop/api 80
            + shop/api > shop/db 95
            - shop/api > shop/db 80
            + 203.0.113.9 > shop/db 90
            - shop/web > shop/db 90`,
  },
];

it('there are at least 60 questions', () => expect(scenarios.flatMap(questionsOf).length).toBeGreaterThanOrEqual(60));

describe('Calico', () => {
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
  it.each(previews)('preview: $name', (scenario) => {
    const { world, errors } = loadGround(scenario.policies);
    expect([errors, falsehoods(scenario, world, 'monitor')]).toEqual([[], []]);
    expect(falsehoods(scenario, world, 'verdict')).not.toEqual([]);
  });
});
