/** Law: which nodes a policy concerns, kept from change to change, is what their plans as a whole say. */
import { type Change, Compiler } from '@firsthop/compiler';
import { worldChanges } from '@firsthop/analysis';
import type { NodePlan, PlanDelta, PlanPolicyRef } from '@firsthop/plan';
import { cluster, nodeNames, randomWorld } from '@firsthop/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PolicyRollout } from './policy-rollout.ts';

const nameOf = ({ cluster: home, kind, namespace, name }: PlanPolicyRef): string => `${home}/${kind}/${namespace ?? ''}/${name}`;

/** Policies that decide something in a plan: by a rule, or by isolating. */
const mentionedIn = ({ rules, policyGroups }: NodePlan): ReadonlySet<string> =>
  new Set(
    [
      ...[...rules.values()].flatMap(({ attribution: { policy } }) => (policy === undefined ? [] : [policy])),
      ...[...policyGroups.values()].flatMap(({ ingress, egress }) => [...ingress, ...egress].flatMap((stage) => (stage.kind === 'isolation' ? (stage.otherwise.isolatedBy ?? []) : []))),
    ].map(nameOf),
  );

const gone = (change: Change): Change => ({ ...change, now: undefined }) as Change;
const histories = randomWorld.chain((world) => {
  const all = worldChanges(world);
  return fc.tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all)).map(([come, go]) => [...come, ...go.map(gone)]);
});

/** How many policies on nodes were compared. */
const agrees = (feed: (rollout: PolicyRollout, deltas: readonly PlanDelta[]) => void, numRuns: number): number => {
  let compared = 0;
  fc.assert(
    fc.property(histories, fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), (history, flushes) => {
      const compiler = new Compiler({ cluster });
      const rollout = new PolicyRollout();
      const flush = (): void => feed(rollout, [...compiler.flush({ epoch: 0, watermarks: new Map() }).values()]);
      for (const [i, change] of history.entries()) {
        compiler.apply(change);
        if (flushes[i % flushes.length] === true) flush();
      }
      flush();
      const should = new Map<string, string[]>();
      for (const node of [...nodeNames].sort()) {
        const plan = compiler.snapshot(node);
        for (const name of plan === undefined ? [] : mentionedIn(plan)) should.set(name, [...(should.get(name) ?? []), node]);
      }
      const isInSync = (node: string): boolean => node === nodeNames[0];
      const statuses = rollout.statuses([], isInSync);
      expect(new Map(statuses.map((status) => [nameOf(status), status.nodes]))).toEqual(should);
      for (const { nodes, waiting } of statuses) expect(waiting).toEqual(nodes.filter((node) => !isInSync(node)));
      compared += should.size;
    }),
    { numRuns },
  );
  return compared;
};

it('agrees with whole plans', () => expect(agrees((rollout, deltas) => rollout.changed(deltas), 100)).toBeGreaterThan(50));

it('and one who forgets what goes does not', () => {
  expect(() => agrees((rollout, deltas) => rollout.changed(deltas.map((delta) => ({ ...delta, removedRules: [] }))), 100)).toThrow('Property failed');
});
