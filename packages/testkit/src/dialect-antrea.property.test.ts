/**
 * Antrea's policies, translated, against truth tables written by hand from Antrea's documentation.
 */
import { describe, expect, it } from 'vitest';
import { address, convertPolicies, falsehoods, inAnyOrder, loadGround, questionsOf, type Scenario, tableFalsehoods } from './dialect-ground.ts';

const policy = (kind: 'ClusterNetworkPolicy' | 'NetworkPolicy', name: string, spec: string, namespace = 'shop'): string =>
  `---\napiVersion: crd.antrea.io/v1beta1\nkind: ${kind}\nmetadata: {name: ${name}${kind === 'NetworkPolicy' ? `, namespace: ${namespace}` : ''}}\nspec: ${spec}\n`;
const acnp = (name: string, spec: string): string => policy('ClusterNetworkPolicy', name, spec);
const annp = (name: string, spec: string, namespace?: string): string => policy('NetworkPolicy', name, spec, namespace);
const np = (name: string, spec: string): string => `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`;
const api = 'appliedTo: [{podSelector: {matchLabels: {app: api}}}]';

const scenarios: readonly Scenario[] = [
  {
    name: 'there is no deny by default: who is selected and matches nothing is let in',
    policies: acnp('a', `{priority: 5, ${api}, ingress: [{action: Drop, from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]}`),
    truth: `- shop/web > shop/api 80
            - ops/web > shop/api 80
            + shop/web > shop/api 81
            + shop/web > shop/api UDP 80
            + ops/mon > shop/api 80
            + 203.0.113.9 > shop/api 80
            + shop/web > shop/db 80`,
  },
  {
    name: 'tiers by their numbers, whatever the priorities in them',
    policies: acnp('late', `{tier: application, priority: 1, ${api}, ingress: [{action: Allow}]}`) + acnp('early', `{tier: emergency, priority: 9999.5, ${api}, ingress: [{action: Drop, from: [{podSelector: {matchLabels: {app: web}}}]}]}`),
    truth: `- shop/web > shop/api 80
            + ops/mon > shop/api 80`,
  },
  {
    name: 'fractions of priorities keep their order, and both kinds share one',
    policies: acnp('second', `{priority: 5.25, ${api}, ingress: [{action: Drop}]}`) + annp('first', `{priority: 5.125, ${api}, ingress: [{action: Allow, from: [{podSelector: {matchLabels: {app: web}}}]}]}`) + annp('third', `{priority: 5.5, ${api}, ingress: [{action: Allow}]}`),
    truth: `+ shop/web > shop/api 80
            - ops/web > shop/api 80
            - ops/mon > shop/api 80
            - 203.0.113.9 > shop/api 80`,
  },
  {
    name: 'Pass leaves every tier at once, for NetworkPolicy',
    policies:
      acnp('pass', `{tier: securityops, priority: 1, ${api}, ingress: [{action: Pass, from: [{namespaceSelector: {matchLabels: {team: shop}}}]}]}`) +
      acnp('drop', `{tier: application, priority: 1, ${api}, ingress: [{action: Drop}]}`) +
      np('np', '{podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}'),
    truth: `+ shop/web > shop/api 80
            - shop/db > shop/api 80
            - ops/mon > shop/api 80
            - ops/web > shop/api 80`,
  },
  {
    name: 'Pass without NetworkPolicy goes on to the baseline tier',
    policies:
      acnp('pass', `{tier: platform, priority: 1, ${api}, ingress: [{action: Pass, from: [{podSelector: {matchLabels: {app: web}}}]}]}`) +
      acnp('drop', `{tier: application, priority: 1, ${api}, ingress: [{action: Drop, from: [{namespaceSelector: {matchLabels: {team: shop}}}]}]}`) +
      acnp('base', `{tier: baseline, priority: 1, ${api}, ingress: [{action: Drop, from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]}`),
    truth: `+ shop/web > shop/api 80
            - shop/db > shop/api 80
            - ops/web > shop/api 80
            - ops/mon > shop/api 80
            + dev/web > shop/api 80`,
  },
  {
    name: 'the baseline tier is behind NetworkPolicy and cannot undo it',
    policies: acnp('base', `{tier: baseline, priority: 1, ${api}, ingress: [{action: Allow, from: [{podSelector: {}}]}, {action: Drop}]}`) + np('np', '{podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}'),
    truth: `+ shop/web > shop/api 80
            - shop/db > shop/api 80
            - ops/web > shop/api 80`,
  },
  {
    name: 'a tier of their own, before the static ones',
    policies:
      '---\napiVersion: crd.antrea.io/v1beta1\nkind: Tier\nmetadata: {name: mine}\nspec: {priority: 10, description: first}\n' +
      acnp('open', `{tier: mine, priority: 1, ${api}, ingress: [{action: Allow, from: [{podSelector: {matchLabels: {app: web}}}]}]}`) +
      acnp('shut', `{tier: emergency, priority: 1, ${api}, ingress: [{action: Drop}]}`),
    truth: `+ shop/web > shop/api 80
            - shop/db > shop/api 80`,
  },
  {
    name: 'appliedTo in rules: their order stays',
    policies: acnp(
      'rules',
      `{priority: 5, ingress: [
        {action: Allow, ${api}, from: [{podSelector: {matchLabels: {app: web}}}]},
        {action: Drop, appliedTo: [{podSelector: {matchLabels: {tier: back}}}], from: [{podSelector: {matchLabels: {app: web}}}]},
        {action: Allow, ${api}, from: [{podSelector: {matchLabels: {app: mon}}}]},
        {action: Drop, ${api}}]}`,
    ),
    truth: `+ shop/web > shop/api 80
            - shop/web > shop/db 80
            + ops/mon > shop/api 80
            - shop/bare > shop/api 80
            + shop/bare > shop/db 80
            + ops/mon > shop/db 80`,
  },
  {
    name: 'a namespace for itself: match Self',
    policies: acnp('self', '{priority: 5, appliedTo: [{namespaceSelector: {}}], ingress: [{action: Allow, from: [{namespaces: {match: Self}}]}, {action: Drop}]}'),
    truth: `+ shop/web > shop/api 80
            + ops/web > ops/mon 80
            - ops/web > shop/api 80
            - dev/web > shop/web 80
            - 203.0.113.9 > shop/api 80`,
  },
  {
    name: 'namespaces that share labels',
    policies: acnp('same', '{priority: 5, appliedTo: [{namespaceSelector: {matchExpressions: [{key: env, operator: Exists}]}}], ingress: [{action: Allow, from: [{namespaces: {sameLabels: [env]}}]}, {action: Drop}]}'),
    truth: `+ ops/mon > shop/api 80
            + shop/web > ops/web 80
            - dev/web > shop/api 80
            + shop/web > dev/web 80`,
  },
  {
    name: 'peers: blocks match pods too, nodes are nodes, accounts are named, machines are external entities',
    policies: acnp(
      'peers',
      `{priority: 5, ${api}, ingress: [
        {action: Allow, from: [{ipBlock: {cidr: 10.244.1.0/24}}, {serviceAccount: {namespace: ops, name: mon}}]},
        {action: Allow, from: [{nodeSelector: {matchLabels: {zone: b}}}]},
        {action: Allow, from: [{externalEntitySelector: {matchLabels: {app: legacy}}}], ports: [{port: 22}]},
        {action: Reject}]}`,
    ),
    truth: `+ shop/db > shop/api 80
            + dev/web > shop/api 80
            + ops/mon > shop/api 80
            - shop/web > shop/api 80
            + 10.0.0.3 > shop/api 80
            - 10.0.0.2 > shop/api 80
            + 10.9.0.5 > shop/api 22
            - 10.9.0.5 > shop/api 23`,
  },
  {
    name: 'groups, one in another, as peers and as subjects',
    policies:
      '---\napiVersion: crd.antrea.io/v1beta1\nkind: ClusterGroup\nmetadata: {name: fronts}\nspec: {podSelector: {matchLabels: {tier: front}}}\n' +
      '---\napiVersion: crd.antrea.io/v1beta1\nkind: ClusterGroup\nmetadata: {name: nets}\nspec: {ipBlocks: [{cidr: 198.51.100.0/24}, {cidr: 10.9.0.0/16}]}\n' +
      '---\napiVersion: crd.antrea.io/v1beta1\nkind: ClusterGroup\nmetadata: {name: all}\nspec: {childGroups: [fronts, nets]}\n' +
      '---\napiVersion: crd.antrea.io/v1beta1\nkind: ClusterGroup\nmetadata: {name: backs}\nspec: {podSelector: {matchLabels: {tier: back}}}\n' +
      acnp('groups', '{priority: 5, appliedTo: [{group: backs}], ingress: [{action: Allow, from: [{group: all}]}, {action: Drop}]}'),
    truth: `+ shop/web > shop/api 80
            + dev/web > shop/db 80
            + 198.51.100.7 > shop/db 80
            + 10.9.0.5 > shop/db 80
            - ops/web > shop/api 80
            - 203.0.113.9 > shop/api 80
            + ops/web > shop/bare 80`,
  },
  {
    name: 'a group of a Service, in a namespace',
    policies: '---\napiVersion: crd.antrea.io/v1beta1\nkind: Group\nmetadata: {name: data, namespace: shop}\nspec: {serviceReference: {name: data, namespace: shop}}\n' + annp('g', `{priority: 5, ${api}, egress: [{action: Allow, to: [{group: data}], ports: [{port: 5432}]}, {action: Drop}]}`),
    truth: `+ shop/api > shop/db 5432
            - shop/api > shop/db 80
            - shop/api > shop/web 5432`,
  },
  {
    name: 'ports and protocols',
    policies: acnp(
      'ports',
      `{priority: 5, ${api}, ingress: [
        {action: Allow, ports: [{port: 90, endPort: 99}, {protocol: UDP, port: 53}, {port: http}, {protocol: SCTP}]},
        {action: Allow, protocols: [{icmp: {icmpType: 8, icmpCode: 0}}, {igmp: {}}]},
        {action: Drop}]}`,
    ),
    truth: `+ shop/web > shop/api 95
            - shop/web > shop/api 100
            + shop/web > shop/api UDP 53
            - shop/web > shop/api 53
            + shop/web > shop/api 8080
            - shop/web > shop/api 80
            + shop/web > shop/api SCTP 7
            + shop/web > shop/api ICMP 8
            - shop/web > shop/api ICMP 13
            + shop/web > shop/api IGMP 0`,
  },
  {
    name: 'names towards others',
    policies: acnp('names', `{priority: 5, ${api}, egress: [{action: Allow, to: [{fqdn: "*.example.com"}, {fqdn: one.example.org}]}, {action: Drop}]}`),
    names: new Map([['a.example.com', [address('203.0.113.9')]], ['one.example.org', [address('198.51.100.7')]], ['example.com', [address('198.51.100.8')]]]),
    truth: `+ shop/api > 203.0.113.9 443
            + shop/api > 198.51.100.7 443
            - shop/api > 198.51.100.8 443
            - shop/api > shop/db 443`,
  },
  {
    name: 'namespaced policies stay in their namespace',
    policies: annp('ns', '{priority: 5, appliedTo: [{podSelector: {}}], ingress: [{action: Drop, from: [{podSelector: {matchLabels: {app: web}}}]}]}'),
    truth: `- shop/web > shop/api 80
            + ops/web > shop/api 80
            + ops/web > ops/mon 80`,
  },
  {
    name: 'what cannot be said allows nothing, and denies all the more',
    policies: acnp('l7', `{priority: 5, ${api}, ingress: [{action: Allow, l7Protocols: [{http: {}}], ports: [{port: 80}]}, {action: Allow, ports: [{port: 81}]}, {action: Drop, ports: [{port: 82, sourcePort: 1}]}, {action: Allow}]}`),
    errors: ['UNSUPPORTED', 'UNSUPPORTED'],
    truth: `- shop/web > shop/api 80
            + shop/web > shop/api 81
            - shop/web > shop/api 83
            + shop/web > shop/db 80`,
  },
  {
    name: 'a tier that is not there: allows nothing, and its denials stand',
    policies: acnp('lost', `{tier: nowhere, priority: 5, ${api}, ingress: [{action: Drop, ports: [{port: 80}]}]}`) + acnp('lost2', '{tier: nowhere, priority: 5, appliedTo: [{podSelector: {matchLabels: {app: db}}}], ingress: [{action: Allow}]}'),
    errors: ['TIER_UNKNOWN', 'TIER_UNKNOWN'],
    truth: `- shop/web > shop/api 81
            + shop/web > shop/db 80`,
  },
];

it('there are at least 60 questions', () => expect(scenarios.flatMap(questionsOf).length).toBeGreaterThanOrEqual(60));

describe('Antrea', () => {
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
