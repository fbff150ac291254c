/** Law: a node gets an object if and only if an endpoint of its own needs it. */
import { Compiler } from '@firsthop/compiler';
import { type NodePlan, peerLeaves } from '@firsthop/plan';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { cluster, nodeNames, randomWorld } from './random-world.ts';
import { worldChanges } from '@firsthop/analysis';

/** What the endpoints of a plan lead to, step by step. */
const needed = ({ endpoints, policyGroups, rules }: NodePlan): { groups: Set<string>; rules: Set<string>; addressGroups: Set<string> } => {
  const groups = new Set<string>([...endpoints.values()].flatMap(({ policyGroup, trialGroup = policyGroup }) => [policyGroup, trialGroup]));
  const stages = [...groups].flatMap((id) => [...policyGroups].filter(([name]) => name === id).flatMap(([, { ingress, egress }]) => [...ingress, ...egress]));
  const ruleIds = new Set<string>(stages.flatMap((stage) => (stage.kind === 'default' ? [] : stage.rules)));
  const peers = [...rules].filter(([id]) => ruleIds.has(id)).flatMap(([, { matches }]) => matches.flatMap((match) => match.peers));
  return { groups, rules: ruleIds, addressGroups: new Set(peers.flatMap((peer) => [...peerLeaves(peer)].flatMap((leaf) => (leaf.kind === 'group' ? [leaf.group] : [])))) };
};

it('a plan holds the endpoints of its node, all that they lead to, and nothing else', () => {
  let objects = 0;
  fc.assert(
    fc.property(randomWorld, (world) => {
      const compiler = new Compiler({ cluster });
      for (const change of worldChanges(world)) compiler.apply(change);
      compiler.flush({ epoch: 1, watermarks: new Map() });
      for (const node of nodeNames) {
        const plan = compiler.snapshot(node);
        if (plan === undefined) throw new Error('there is a plan after a flush');
        const local = world.workloads.filter((workload) => workload.node === node && !workload.hostNetwork).flatMap(({ endpoints }) => endpoints.map(({ id }) => String(id)));
        expect([...plan.endpoints.keys()].sort()).toEqual(local.sort());
        const need = needed(plan);
        expect(new Set<string>(plan.policyGroups.keys())).toEqual(need.groups);
        expect(new Set<string>(plan.rules.keys())).toEqual(need.rules);
        expect(new Set<string>(plan.addressGroups.keys())).toEqual(need.addressGroups);
        objects += plan.rules.size + plan.addressGroups.size;
      }
    }),
    { numRuns: 200 },
  );
  expect(objects).toBeGreaterThan(500);
});
