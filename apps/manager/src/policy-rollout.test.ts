import { parsePolicy, type Policy, policyQuotas } from '@firsthop/policy';
import { expect, it } from 'vitest';
import { PolicyRollout } from './policy-rollout.ts';
import { quotasInUse } from './quotas-in-use.ts';

const policy = (name: string, spec: object): Policy => {
  const read = parsePolicy({ apiVersion: 'firsthop.dev/v1alpha1', kind: 'ClusterSecurityPolicy', metadata: { name }, spec: { appliedTo: [{ podSelector: {} }], ...spec } }, { cluster: 'c' });
  if (read.policy === undefined || read.errors.length > 0) throw new Error(JSON.stringify(read.errors));
  return read.policy;
};

const allow = (to: object): object => ({ egress: [{ name: 'r', action: 'Allow', to: [to] }] });

it.each([
  { name: 'what is enforced promises nothing else', made: policy('p', allow({ podSelector: {} })), notRealizable: undefined, trial: undefined },
  { name: 'names of the DNS are not enforced yet', made: policy('p', allow({ fqdn: 'api.example.com' })), notRealizable: ['FQDN'], trial: undefined },
  { name: 'nor are hosts', made: policy('p', { ...allow({ podSelector: {} }), appliedTo: [{ hostSelector: {} }] }), notRealizable: ['HostEndpoint'], trial: undefined },
  { name: 'Monitor decides nothing', made: policy('p', { ...allow({ podSelector: {} }), mode: 'Monitor' }), notRealizable: undefined, trial: 'Monitor' },
])('$name', ({ made, notRealizable, trial }) => {
  const [status] = new PolicyRollout().statuses([made], () => true);
  expect([status?.notRealizable, status?.trial]).toEqual([notRealizable, trial]);
});

it('what is near a quota, or over it, has that on its status, and nobody else', () => {
  const most = policyQuotas.perRule.selectors;
  const large = (name: string, selectors: number): Policy => policy(name, { egress: [{ name: 'r', action: 'Allow', to: Array.from({ length: selectors }, (_, i) => ({ podSelector: { matchLabels: { app: `a${i}` } } })) }] });
  const policies = [large('far', 0.8 * most - 1), large('near', 0.8 * most), large('over', most + 1)];
  const statuses = new PolicyRollout().statuses(policies, () => true, quotasInUse(policies, { tiers: [], groups: [] }));
  expect(statuses.map(({ name, quotas }) => [name, quotas])).toEqual([
    ['far', undefined],
    ['near', [{ quota: 'selectorsPerRule', used: 0.8 * most, most }]],
    ['over', [{ quota: 'selectorsPerRule', used: most + 1, most }]],
  ]);
});
