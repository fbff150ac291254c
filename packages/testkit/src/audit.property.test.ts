/** Law: an audit says of a rule that it acts if and only if some class and port gets it as its answer. */
import { worldChanges } from '@firsthop/analysis';
import { Classifier } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import type { Direction, World } from '@firsthop/policy';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { answers, cluster, nodeNames, randomWorld } from './random-world.ts';

const classify = (world: World, node: string) => {
  const compiler = new Compiler({ cluster, names: answers });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch: 1, watermarks: new Map() });
  const plan = compiler.snapshot(node);
  if (plan === undefined) throw new Error('there is a plan after a flush');
  const classifier = new Classifier();
  classifier.replace(plan);
  return { classifier, plan };
};

/** Decisions that some class in use gets on some port. */
const given = (classifier: Classifier, ...of: Parameters<Classifier['rowsOf']>): ReadonlySet<string> => {
  return new Set(classifier.rowsOf(...of).rows.flatMap((row): string[] => [row.rest, ...[...row.protocols.values()].flatMap((steps) => steps.map(({ decision }) => decision))]));
};

it('rules that never act are these, and for each it is known what is decided instead', () => {
  let idle = 0;
  fc.assert(
    fc.property(randomWorld, fc.constantFrom(...nodeNames), (world, node) => {
      const { classifier, plan } = classify(world, node);
      for (const group of plan.policyGroups.values())
        for (const direction of ['ingress', 'egress'] as const satisfies readonly Direction[]) {
          const used: ReadonlySet<string> = given(classifier, group.id, direction);
          const audited = classifier.audit(group.id, direction);
          const rules = new Set([...plan.rules.values()].map(({ attribution }) => attribution.rule?.id ?? ''));
          for (const decision of used) if (rules.has(decision)) expect(audited.some(({ rule }) => rule.attribution.rule?.id === decision)).toBe(true);
          for (const { rule, acts, instead } of audited) {
            const isVerdict = rule.action !== 'pass' && rule.action !== 'delegate';
            if (isVerdict) expect(acts).toBe(used.has(rule.attribution.rule?.id ?? ''));
            for (const decision of instead) expect(used.has(decision)).toBe(true);
            if (acts) continue;
            idle++;
            expect(instead.size).toBeGreaterThan(0);
          }
        }
    }),
    { numRuns: 150 },
  );
  expect(idle).toBeGreaterThan(20);
});
