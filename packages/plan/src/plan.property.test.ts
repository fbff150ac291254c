import { canonicalJson, contentId } from '@firsthop/base';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta } from './apply-delta.ts';
import type { Attribution } from './attribution.ts';
import { diffPlans } from './diff-plans.ts';
import { emptyPlan } from './empty-plan.ts';
import type { NodePlan, PlanRule, PolicyGroup, Stage } from './node-plan.ts';
import { addressGroupId, planRuleId, policyGroupId } from './object-id.ts';
import { decodeDelta, decodePlan, encodeDelta, encodePlan } from './plan-codec.ts';
import { planDigest } from './plan-digest.ts';

const address: fc.Arbitrary<Address> = fc.oneof(fc.integer({ min: 1, max: 6 }).map(ipv4), fc.bigInt({ min: 1n, max: 3n }).map(ipv6));
const addresses = fc.uniqueArray(address, { maxLength: 5 });
const id = fc.constantFrom('a', 'b', 'c').map(contentId);
const attribution: Attribution = { reason: 'rule', direction: 'ingress', policy: { cluster: 'east', kind: 'NetworkPolicy', namespace: 'shop', name: 'web' }, rule: { index: 0, id: contentId('r') } };

const rule = (id: string, group: string, port: number): PlanRule => ({
  id: planRuleId(id),
  action: 'allow',
  matches: [
    {
      peers: [{ kind: 'group', group: addressGroupId(group) }, { kind: 'every', peers: [{ kind: 'not', peer: { kind: 'group', group: addressGroupId(group) } }, { kind: 'some', peers: [{ kind: 'ranges', ranges: [{ first: ipv4(10), last: ipv4(20 + port) }] }] }] }],
      services: { kind: 'set', services: [{ protocol: 6, ports: { first: port, last: port } }, { protocol: 47 }] },
    },
  ],
  attribution,
  log: port === 1,
});
const end: Stage = { kind: 'default', verdict: 'allow', attribution: { reason: 'workloadDefault', direction: 'ingress' } };

/** Plans whose references hold by construction. */
const plan: fc.Arbitrary<NodePlan> = fc
  .record({
    epoch: fc.integer({ min: 0, max: 3 }),
    watermark: fc.nat(9),
    ownNode: addresses,
    groups: fc.dictionary(id, addresses, { noNullPrototype: true, maxKeys: 3 }),
    rules: fc.array(fc.record({ id, port: fc.integer({ min: 1, max: 3 }), group: fc.nat() }), { maxLength: 3 }),
    policies: fc.array(fc.record({ id, isolates: fc.boolean(), verdict: fc.constantFrom('allow' as const, 'drop' as const) }), { maxLength: 3 }),
    endpoints: fc.array(fc.record({ id: fc.constantFrom('e1', 'e2', 'e3'), policy: fc.nat(), addresses, mac: fc.option(fc.constant('02:00:00:00:00:01'), { nil: undefined }) }), { maxLength: 3 }),
  })
  .map((it) => {
    const addressGroups = new Map(Object.entries(it.groups).map(([id, members]) => [addressGroupId(id), { id: addressGroupId(id), members: new Set(members) }]));
    const known = [...addressGroups.keys()];
    const rules = new Map(it.rules.filter(() => known.length > 0).map(({ id, port, group }) => [planRuleId(id), rule(id, known[group % known.length]!, port)]));
    const isolation: Stage = { kind: 'isolation', rules: [...rules.keys()], otherwise: { reason: 'isolated', direction: 'ingress' } };
    const policies = new Map(
      it.policies.map(({ id, isolates, verdict }): [PolicyGroup['id'], PolicyGroup] => [policyGroupId(id), { id: policyGroupId(id), ingress: isolates ? [isolation, end] : [end], egress: [{ ...end, kind: 'default', verdict }] }]),
    );
    const groups = [...policies.keys()];
    const endpoints = new Map(
      it.endpoints
        .filter(() => groups.length > 0)
        .map(({ id, policy, addresses, mac }) => [id, { id, kind: 'pod' as const, workload: `shop/${id}`, addresses, ...(mac === undefined ? {} : { mac, allowedMacs: ['00:00:5e:00:02:01', '00:00:5e:00:01:07'] }), allowedAddresses: [], policyGroup: groups[policy % groups.length]! }]),
    );
    const content = { node: 'n1', ownNode: it.ownNode, addressGroups, rules, policyGroups: policies, endpoints };
    return { ...content, revision: { epoch: it.epoch, watermarks: new Map([['dir', it.watermark]]), digest: planDigest(content) } };
  });

const bytes = (plan: NodePlan): string => canonicalJson(encodePlan(plan));

describe('plans', () => {
  it('fold: a delta applied to its base gives the later plan, byte for byte, also through the codec', () => {
    fc.assert(
      fc.property(fc.array(plan, { minLength: 1, maxLength: 5 }), (states) => {
        let held = emptyPlan('n1');
        for (const state of states) {
          const delta = decodeDelta(JSON.parse(JSON.stringify(encodeDelta(diffPlans(held, state)))));
          if (!delta.ok) throw new Error(delta.error.message);
          const next = applyDelta(held, delta.value);
          if (!next.ok) throw new Error(next.error.message);
          expect(bytes(next.value)).toBe(bytes(state));
          held = next.value;
        }
      }),
    );
  });

  it('codec: what is read back is what was written', () => {
    fc.assert(
      fc.property(plan, (it) => {
        const read = decodePlan(JSON.parse(JSON.stringify(encodePlan(it))));
        if (!read.ok) throw new Error(read.error.message);
        expect(bytes(read.value)).toBe(bytes(it));
        expect(planDigest(read.value)).toBe(it.revision.digest);
      }),
    );
  });

  it('a delta changes nothing but what differs, and an unknown base is refused', () => {
    fc.assert(
      fc.property(plan, plan, plan, (a, b, c) => {
        const delta = diffPlans(a, b);
        for (const { id, added, removed } of delta.addressGroups) {
          const was = a.addressGroups.get(id)?.members;
          expect(added.some((member) => was?.has(member))).toBe(false);
          expect(removed.every((member) => was?.has(member))).toBe(true);
        }
        const onto = applyDelta(c, delta);
        if (c.revision.digest === a.revision.digest) expect(onto.ok).toBe(true);
        else expect(!onto.ok && onto.error.code).toBe('BASE');
      }),
    );
  });

  it('a delta that was tampered with never gives a plan', () => {
    fc.assert(
      fc.property(plan, plan, fc.nat(), (a, b, pick) => {
        const delta = diffPlans(a, b);
        const lists = ['addressGroups', 'rules', 'policyGroups', 'endpoints', 'removedEndpoints', 'removedPolicyGroups', 'removedRules', 'removedGroups'] as const;
        const full = lists.filter((name) => delta[name].length > 0);
        const name = full[pick % Math.max(1, full.length)];
        if (name === undefined) return;
        expect(applyDelta(a, { ...delta, [name]: delta[name].slice(1) }).ok).toBe(false);
      }),
    );
  });
});
