/** Law: news is never lost, however soon after a pass it comes. */
import { Dataplane, nftPort } from '@firsthop/dataplane';
import type { NodePlan } from '@firsthop/plan';
import { SimulatedNft } from '@firsthop/simkernel';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Enforcement } from './enforcement.ts';

const plan: NodePlan = { node: 'n', revision: { epoch: 1, watermarks: new Map(), digest: '0'.repeat(64) }, ownNode: [], addressGroups: new Map(), rules: new Map(), policyGroups: new Map(), endpoints: new Map() };
const PATIENCE_MS = 1000;

/** Between the end of a pass and the next turn of the event loop lie several of these. */
it.each([0, 1, 2, 3, 4, 5, 6, 7])('what comes %i microtasks after a pass is looked at', async (steps) => {
  const nft = new SimulatedNft();
  let passes = 0;
  const realized = Promise.withResolvers<undefined>();
  const enforcement = new Enforcement({
    dataplane: new Dataplane(nftPort((args, input) => Promise.resolve(nft.run(args, input)))),
    listLinks: () => Promise.resolve({ links: new Map(), direct: new Map(), bridgeNetfilter: { 4: true, 6: true } }),
    exclusivePrefixes: [],
    onRealized: () => {
      passes++;
      realized.resolve(undefined);
    },
  });
  enforcement.adopt(plan);
  await realized.promise;
  for (let i = 0; i < steps; i++) await undefined;
  enforcement.linksChanged();
  for (const end = performance.now() + PATIENCE_MS; enforcement.isBusy && performance.now() < end; ) await delay(1);
  expect(passes).toBe(2);
  expect(enforcement.isBusy).toBe(false);
});
