/** Laws of the classifier: incremental equals from scratch, and classes are disjoint and complete. */
import { Classifier, type ClassTables } from '@firsthop/classifier';
import { compareAddresses, familyOf, nextAddress } from '@firsthop/netaddr';
import type { NodePlan } from '@firsthop/plan';
import { renderRuleset, stateDigest } from '@firsthop/ruleset';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { planOfWorld } from './plan-of-world.ts';
import { nodeNames, randomWorld } from './random-world.ts';

const tablesOf = (classifier: Classifier, plan: NodePlan): ClassTables => {
  classifier.replace(plan);
  return classifier.tables();
};
/** Class ids are stable names and differ between histories; what the kernel gets must not. */
const kernelText = (tables: ClassTables): string => stateDigest(renderRuleset({ tables, bindings: [], host: { exclusivePrefixes: [] } }));

it('a classifier with a past gives the kernel what a new one gives', () => {
  fc.assert(
    fc.property(fc.array(randomWorld, { minLength: 2, maxLength: 4 }), fc.constantFrom(...nodeNames), (worlds, node) => {
      const experienced = new Classifier();
      for (const [i, world] of worlds.entries()) {
        // Sometimes the node has lost its addresses.
        const planned = planOfWorld(world, node);
        const plan = i % 2 === 1 ? { ...planned, ownNode: [] } : planned;
        expect(kernelText(tablesOf(experienced, plan))).toBe(kernelText(tablesOf(new Classifier(), plan)));
      }
    }),
    { numRuns: 120 },
  );
});

it('classes are disjoint and complete, and every row answers for every protocol and port', () => {
  fc.assert(
    fc.property(randomWorld, fc.constantFrom(...nodeNames), (world, node) => {
      const tables = tablesOf(new Classifier(), planOfWorld(world, node));
      for (const family of [4, 6] as const) {
        const ranges = tables.ranges.filter(({ range }) => familyOf(range.first) === family);
        for (const [i, { range }] of ranges.entries()) {
          expect(compareAddresses(range.first, range.last)).toBeLessThanOrEqual(0);
          const next = ranges[i + 1];
          if (next === undefined) continue;
          expect(compareAddresses(range.last, next.range.first)).toBeLessThan(0);
          if (nextAddress(range.last) === next.range.first) expect(next.class).not.toBe(ranges[i]?.class);
        }
      }
      // Class 0 is everybody else, so that no address is without one.
      for (const { ingress, egress } of tables.groups.values()) for (const { rows } of [ingress, egress]) expect(rows.has(0)).toBe(true);
      for (const { rest, protocols } of tables.rows.values()) {
        expect(tables.decisions.has(rest)).toBe(true);
        for (const steps of protocols.values()) {
          expect([steps[0]?.first, steps.at(-1)?.last]).toEqual([0, 65_535]);
          for (const [i, step] of steps.entries()) {
            expect(tables.decisions.has(step.decision)).toBe(true);
            if (i > 0) expect(step.first).toBe((steps[i - 1]?.last ?? 0) + 1);
          }
        }
      }
    }),
    { numRuns: 150 },
  );
});
