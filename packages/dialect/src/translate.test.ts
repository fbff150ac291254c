/** What is written, to the letter: the forms on which docs/design/dialects.md is about. */
import { describe, expect, it } from 'vitest';
import { translate } from './index.ts';

const only = (object: unknown, ...more: readonly unknown[]): readonly unknown[] => {
  const [first] = translate([object, ...more]);
  expect(first?.errors).toEqual([]);
  return first?.objects.map(({ kind, metadata, spec }) => [kind, (metadata as { readonly name: string }).name, spec]) ?? [];
};

const of = (apiVersion: string, kind: string, name: string, spec: unknown, namespace?: string): unknown => ({ apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, spec });
const antrea = (kind: string, name: string, spec: unknown, namespace?: string): unknown => of('crd.antrea.io/v1beta1', kind, name, spec, namespace);
const calico = (kind: string, name: string, spec: unknown, namespace?: string): unknown => of('projectcalico.org/v3', kind, name, spec, namespace);
const cilium = (kind: string, name: string, spec: unknown, namespace?: string): unknown => of('cilium.io/v2', kind, name, spec, namespace);

describe('Antrea', () => {
  it('a policy, its tier, its names and its log', () => {
    expect(only(antrea('NetworkPolicy', 'api', { priority: 7.5, appliedTo: [{ podSelector: {} }], ingress: [{ name: 'web', action: 'Reject', enableLogging: true, from: [{ namespaceSelector: { matchLabels: { a: 'b' } } }] }] }, 'shop'))).toEqual([
      ['Tier', 'antrea-application', { order: 250, namespaced: 'Allowed' }],
      ['SecurityPolicy', 'antrea.api', { tier: 'antrea-application', priority: 1, appliedTo: [{ podSelector: {} }], ingress: [{ name: 'web', action: 'Reject', from: [{ namespaceSelector: { matchLabels: { a: 'b' } } }], log: true }] }],
    ]);
  });

  it('keeps where it comes from', () => {
    expect(translate([antrea('ClusterNetworkPolicy', 'x', { priority: 1, appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Drop' }] })])[0]?.objects[1]?.['metadata']).toEqual({ name: 'antrea.x', annotations: { 'firsthop.dev/translated-from': 'crd.antrea.io/v1beta1 ClusterNetworkPolicy x' } });
  });

  it('a group', () => {
    expect(only(antrea('ClusterGroup', 'nets', { ipBlocks: [{ cidr: '10.0.0.0/8' }, { cidr: 'fd00::/8' }] }))).toEqual([['ClusterGroup', 'antrea.nets', { members: [{ cidr: { cidr: '10.0.0.0/8' } }, { cidr: { cidr: 'fd00::/8' } }] }]]);
  });

  it('a scope and a machine', () => {
    const [, policy] = only(antrea('ClusterNetworkPolicy', 'x', { priority: 1, tier: 'baseline', appliedTo: [{ externalEntitySelector: {} }], ingress: [{ action: 'Drop', from: [{ podSelector: {}, scope: 'ClusterSet' }] }] }));
    expect(policy).toEqual(['ClusterSecurityPolicy', 'antrea.x', { tier: 'antrea-baseline', priority: 1, appliedTo: [{ vmSelector: {} }], ingress: [{ action: 'Drop', from: [{ podSelector: {}, scope: 'ClusterSet' }] }] }]);
  });
});

describe('Calico', () => {
  it('a policy of the tier default, and its end', () => {
    expect(only(calico('NetworkPolicy', 'default.allow-web', { selector: `app == 'api'`, ingress: [{ action: 'Allow', protocol: 'TCP', source: { selector: `app in {'web', 'mon'}` }, destination: { ports: [80] } }] }, 'shop'))).toEqual([
      ['Tier', 'calico-default', { order: 900, defaultAction: 'Continue', namespaced: 'Allowed' }],
      ['SecurityPolicy', 'calico.default.allow-web', { tier: 'calico-default', priority: 1, appliedTo: [{ podSelector: { matchLabels: { app: 'api' } } }], ingress: [{ action: 'Allow', from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['mon', 'web'] }] } }], ports: [{ protocol: 'TCP', port: 80 }] }] }],
      ['Tier', 'calico-default-end', { order: 10_020, namespaced: 'Allowed' }],
      ['SecurityPolicy', 'calico-end.default.allow-web', { tier: 'calico-default-end', priority: 1, appliedTo: [{ podSelector: { matchLabels: { app: 'api' } } }], ingress: [{ name: 'end-of-tier-ingress', action: 'Drop' }] }],
    ]);
  });

  it('tiers around the fixed points', () => {
    const tiers = [['a', 5], ['b', 999_999], ['c', 1_000_001], ['d', 20_000_000], ['e', undefined]].map(([name, order]) => calico('Tier', String(name), order === undefined ? {} : { order, defaultAction: 'Pass' }));
    expect(translate(tiers).flatMap(({ objects }) => objects.map(({ spec }) => (spec as { readonly order: number }).order))).toEqual([201, 602, 10_021, 10_102, 10_103]);
    expect(only(calico('Tier', 'x', { order: 1 }))).toEqual([['Tier', 'calico-x', { order: 201, defaultAction: 'Drop', namespaced: 'Allowed' }]]);
  });

  const live = calico('GlobalNetworkPolicy', 'p', { selector: 'has(a)', ingress: [{ action: 'Allow' }] });
  const stages = (object: unknown): unknown => only(object, live).filter((one) => (one as readonly unknown[])[0] === 'ClusterSecurityPolicy').map((one) => {
    const [, name, { mode, stage }] = one as readonly [string, string, { readonly mode?: string; readonly stage?: unknown }];
    return [name, mode ?? stage];
  });

  it('a staged edit replaces what there is, adds what is new, and deletes the rest', () => {
    expect(stages(calico('StagedGlobalNetworkPolicy', 'p', { selector: 'has(a)', ingress: [{ action: 'Deny' }] }))).toEqual([['calico-staged.p', { of: 'calico.p', action: 'Replace' }], ['calico-staged-end.p', { of: 'calico-end.p', action: 'Replace' }]]);
    expect(stages(calico('StagedGlobalNetworkPolicy', 'p', { selector: 'has(a)' }))).toEqual([['calico-staged-end.p', { of: 'calico-end.p', action: 'Replace' }], ['calico-staged.p', { of: 'calico.p', action: 'Delete' }]]);
    expect(stages(calico('StagedGlobalNetworkPolicy', 'new', { selector: 'has(a)', ingress: [{ action: 'Deny' }] }))).toEqual([['calico-staged.new', 'Monitor'], ['calico-staged-end.new', 'Monitor']]);
    expect(stages(calico('StagedGlobalNetworkPolicy', 'p', { stagedAction: 'Delete' }))).toEqual([['calico-staged.p', { of: 'calico.p', action: 'Delete' }], ['calico-staged-end.p', { of: 'calico-end.p', action: 'Delete' }]]);
    expect(stages(calico('StagedGlobalNetworkPolicy', 'p', { stagedAction: 'Ignore' }))).toEqual([]);
  });
});

describe('Cilium', () => {
  it('denials, allowances, and the rest behind NetworkPolicy', () => {
    expect(only(cilium('CiliumNetworkPolicy', 'w', { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { 'k8s:app': 'web' } }] }], ingressDeny: [{ fromEntities: ['world'] }] }, 'shop')).slice(1)).toEqual([
      ['Tier', 'cilium-default-deny', { order: 10_030, namespaced: 'Allowed' }],
      ['ClusterGroup', 'cilium-inside', { members: [{ namespaceSelector: {}, scope: 'ClusterSet' }, { nodes: {} }] }],
      ['SecurityPolicy', 'cilium-deny.w', { tier: 'cilium', priority: 1, appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Drop', from: ['0.0.0.0/0', '::/0'].map((cidr) => ({ cidr: { cidr }, not: { group: { name: 'cilium-inside' } } })) }] }],
      ['SecurityPolicy', 'cilium-allow.w', { tier: 'cilium', priority: 2, appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Allow', from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] }],
      ['SecurityPolicy', 'cilium-default.w', { tier: 'cilium-default-deny', priority: 1, appliedTo: [{ podSelector: {} }], ingress: [{ name: 'default-deny-ingress', action: 'Drop' }] }],
    ]);
  });

  it('a cluster of its own name', () => {
    const [, , policy] = only(cilium('CiliumNetworkPolicy', 'w', { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { 'io.cilium.k8s.policy.cluster': 'east' } }] }] }, 'shop'));
    expect((policy as readonly unknown[])[2]).toMatchObject({ ingress: [{ from: [{ podSelector: {}, clusters: { matchLabels: { 'kubernetes.io/metadata.name': 'east' } } }] }] });
  });
});

describe('names', () => {
  const nameOf = (name: string): unknown => (translate([calico('GlobalNetworkPolicy', name, {})]).flatMap(({ objects }) => objects).at(-1)?.['metadata'] as { readonly name?: string } | undefined)?.name;
  it('that Kubernetes would not take are made valid, and stay apart', () => {
    const names = ['A B', 'a b', 'a-b', '../x', '__proto__', 'é', 'x'.repeat(250), `${'x'.repeat(250)}y`].map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*$/);
    expect(names[2]).toBe('calico-end.a-b');
  });
});
