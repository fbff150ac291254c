import { canonicalJson } from '@firsthop/base';
import { randomPlan } from '@firsthop/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta } from './apply-delta.ts';
import { diffPlans } from './diff-plans.ts';
import { emptyPlan } from './empty-plan.ts';
import type { NodePlan } from './node-plan.ts';
import { decodeDelta, decodePlan, encodeDelta, encodePlan } from './plan-codec.ts';
import { planDigest } from './plan-digest.ts';

const plan = randomPlan;
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
