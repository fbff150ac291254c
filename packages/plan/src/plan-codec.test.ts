import { ipv4 } from '@firsthop/netaddr';
import { describe, expect, it } from 'vitest';
import { applyDelta } from './apply-delta.ts';
import { diffPlans } from './diff-plans.ts';
import { emptyPlan } from './empty-plan.ts';
import type { NodePlan } from './node-plan.ts';
import { addressGroupId, planRuleId, policyGroupId } from './object-id.ts';
import { decodeDelta, decodePlan, encodeDelta, encodePlan } from './plan-codec.ts';
import { planBounds } from './plan-schema.ts';
import { planDigest } from './plan-digest.ts';

const json = (plan: NodePlan): Record<string, unknown> => JSON.parse(JSON.stringify(encodePlan(plan)));
const empty = emptyPlan('n1');

describe('decodePlan refuses', () => {
  it.each([
    { name: 'no object', value: 'plan' },
    { name: 'an unknown field', value: { ...json(empty), more: 1 } },
    { name: 'an address that is none', value: { ...json(empty), ownNode: ['10.0.0.256'] } },
    { name: 'an id that could not name a kernel object', value: { ...json(empty), addressGroups: [{ id: 'x; flush ruleset', members: [] }] } },
    { name: 'too long a name', value: { ...json(empty), node: 'n'.repeat(1000) } },
    { name: 'too many addresses of a node', value: { ...json(empty), ownNode: Array.from({ length: 300 }, () => '10.0.0.1') } },
    { name: 'a range that goes backwards', value: { ...json(empty), rules: [{ id: '0'.repeat(16), action: 'allow', log: false, attribution: { reason: 'rule', direction: 'ingress' }, matches: [{ peers: [{ kind: 'ranges', ranges: [['10.0.0.2', '10.0.0.1']] }], services: { kind: 'any' } }] }] } },
    { name: 'two objects with one id', value: { ...json(empty), addressGroups: [{ id: '0'.repeat(16), members: [] }, { id: '0'.repeat(16), members: ['10.0.0.1'] }] } },
  ])('$name', ({ value }) => {
    const read = decodePlan(value);
    expect(!read.ok && read.error.code).toBe('MALFORMED');
  });

  it('a plan that is not what its digest names', () => {
    const read = decodePlan({ ...json(empty), ownNode: ['10.0.0.1'] });
    expect(!read.ok && read.error.code).toBe('DIGEST');
  });

  it('a plan with a hole', () => {
    const content = { ...empty, policyGroups: new Map([[policyGroupId('0'.repeat(16)), { id: policyGroupId('0'.repeat(16)), ingress: [{ kind: 'isolation' as const, rules: [planRuleId('1'.repeat(16))], otherwise: { reason: 'isolated' as const, direction: 'ingress' as const } }], egress: [] }]]) };
    const read = decodePlan(json({ ...content, revision: { ...empty.revision, digest: planDigest(content) } }));
    expect(!read.ok && read.error).toEqual({ code: 'DANGLING', message: `a stage refers to rule ${'1'.repeat(16)}` });
  });
});

it('decodePlan reads a workload that ten thousand policies isolate, and refuses more of them than a stage may have rules', () => {
  const attribution = (direction: 'ingress' | 'egress') => ({ reason: 'workloadDefault' as const, direction });
  const end = (direction: 'ingress' | 'egress') => ({ kind: 'default' as const, verdict: 'allow' as const, attribution: attribution(direction) });
  const isolated = (by: number): NodePlan => {
    const isolatedBy = Array.from({ length: by }, (_, i) => ({ cluster: 'east', kind: 'NetworkPolicy', namespace: 'shop', name: `np-${i}` }));
    const id = policyGroupId('0'.repeat(16));
    const stage = { kind: 'isolation' as const, rules: [], otherwise: { reason: 'isolated' as const, direction: 'ingress' as const, isolatedBy } };
    const content = { ...empty, policyGroups: new Map([[id, { id, ingress: [stage, end('ingress')], egress: [end('egress')] }]]) };
    return { ...content, revision: { ...empty.revision, digest: planDigest(content) } };
  };
  const read = decodePlan(json(isolated(10_000)));
  expect(read.ok ? undefined : read.error).toBeUndefined();
  expect(decodePlan(json(isolated(planBounds.rulesPerStage + 1))).ok).toBe(false);
});

describe('applyDelta', () => {
  const id = addressGroupId('0'.repeat(16));
  const group = (members: readonly number[]): NodePlan => {
    const content = { ...empty, addressGroups: new Map([[id, { id, members: new Set(members.map(ipv4)) }]]) };
    return { ...content, revision: { ...empty.revision, digest: planDigest(content) } };
  };

  it('shares what did not change', () => {
    const delta = diffPlans(group([1]), group([1, 2]));
    expect(delta.addressGroups).toEqual([{ id, added: [2], removed: [] }]);
    const from = group([1]);
    const to = applyDelta(from, delta);
    expect(to.ok && to.value.endpoints).toBe(from.endpoints);
  });

  it('refuses a change of another node\'s plan', () => {
    const other = applyDelta(empty, { ...diffPlans(empty, group([1])), node: 'n2' });
    expect(!other.ok && other.error.code).toBe('BASE');
  });

  it('two nodes never have the same plan, not even an empty one', () => {
    expect(emptyPlan('n1').revision.digest).not.toBe(emptyPlan('n2').revision.digest);
  });

  it('reads no delta with a bad base', () => {
    const read = decodeDelta({ ...JSON.parse(JSON.stringify(encodeDelta(diffPlans(empty, empty)))), base: 'z' });
    expect(!read.ok && read.error.code).toBe('MALFORMED');
  });
});
