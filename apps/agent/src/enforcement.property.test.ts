/** Law: whatever comes in between, the kernel holds the ruleset of some plan that was adopted, and of the last one in the end; nobody reads while another writes. */
import { worldChanges } from '@firsthop/analysis';
import { Classifier } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import { Dataplane, type KernelPort, nftPort } from '@firsthop/dataplane';
import type { HostLinks } from '@firsthop/hostif';
import type { NodePlan } from '@firsthop/plan';
import { renderRuleset, stateDigest } from '@firsthop/ruleset';
import { SimulatedNft } from '@firsthop/simkernel';
import { cluster, randomWorld } from '@firsthop/testkit';
import * as fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Enforcement } from './enforcement.ts';

type World = Parameters<typeof worldChanges>[0];

const planOf = (world: World, epoch: number): NodePlan => {
  const compiler = new Compiler({ cluster });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch, watermarks: new Map() });
  const plan = compiler.snapshot('n1');
  if (plan === undefined) throw new Error('there is a plan after a flush');
  return plan;
};

/** No interface is there, so that what is rendered hangs on the plan alone. */
const noLinks: HostLinks = { links: new Map(), direct: new Map(), bridgeNetfilter: { 4: true, 6: true } };

const digestOf = (plan: NodePlan): string => {
  const classifier = new Classifier();
  classifier.replace(plan);
  return stateDigest(renderRuleset({ tables: classifier.tables(), bindings: [], host: { exclusivePrefixes: [] } }));
};

/** Takes its time, and notes whether two were at it. */
const slowly = (port: KernelPort): { readonly port: KernelPort; readonly overlaps: () => number } => {
  let [busy, overlaps] = [0, 0];
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy++ > 0) overlaps++;
    try {
      await delay(1);
      return await work();
    } finally {
      busy--;
    }
  };
  return { port: { ...port, apply: (lines) => alone(() => port.apply(lines)), read: () => alone(() => port.read()) }, overlaps: () => overlaps };
};

it('the kernel holds the ruleset of some plan that was adopted, and of the last one in the end', { timeout: 60_000 }, async () => {
  let changes = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(randomWorld, { minLength: 2, maxLength: 4 }), fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }), async (worlds, waits) => {
      const nft = new SimulatedNft();
      const kernel = nftPort((args, input) => Promise.resolve(nft.run(args, input)));
      const { port, overlaps } = slowly(kernel);
      const faults: string[] = [];
      const readings: Promise<string>[] = [];
      const enforcement = new Enforcement({ dataplane: new Dataplane(port), listLinks: () => delay(2, noLinks), exclusivePrefixes: [], onRealized: ({ error }) => {
        if (error !== undefined) faults.push(error);
        readings.push(kernel.read().then(stateDigest));
      } });
      const plans = worlds.map((world, i) => planOf(world, i + 1));
      const drifts: Promise<number>[] = [];
      for (const [i, plan] of plans.entries()) {
        enforcement.adopt(plan);
        drifts.push(enforcement.verify());
        await delay(waits[i]);
        enforcement.linksChanged();
      }
      expect((await Promise.all(drifts)).every((drift) => drift === 0)).toBe(true);
      while (enforcement.isBusy) await delay(1);
      const allowed = new Set(plans.map(digestOf));
      const held = await Promise.all(readings);
      expect([held.filter((digest) => !allowed.has(digest)), faults, overlaps()]).toEqual([[], [], 0]);
      expect(stateDigest(await port.read())).toBe(digestOf(plans.at(-1) as NodePlan));
      changes += held.length;
    }),
    { numRuns: 150 },
  );
  expect(changes).toBeGreaterThan(150);
});
