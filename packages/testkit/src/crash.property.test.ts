/**
 * Laws of the data plane: idempotent; killed anywhere it converges when it starts again; a refused transaction changes nothing;
 * other owners' tables are untouched. On the simulated kernel, so that a death can be put between any two steps.
 */
import { Classifier } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import { Dataplane, nftPort, type NftRunner } from '@firsthop/dataplane';
import type { EndpointBinding } from '@firsthop/plan';
import type { World } from '@firsthop/policy';
import { type NftState, renderRuleset, stateDigest } from '@firsthop/ruleset';
import { SimulatedNft } from '@firsthop/simkernel';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { cluster, randomWorld } from './random-world.ts';
import { worldChanges } from '@firsthop/analysis';

const stateOf = (world: World): NftState => {
  const compiler = new Compiler({ cluster });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch: 1, watermarks: new Map() });
  const plan = compiler.snapshot('n1');
  if (plan === undefined) throw new Error('there is a plan after a flush');
  const classifier = new Classifier();
  classifier.replace(plan);
  const bindings = [...plan.endpoints.keys()].map((endpoint, i): EndpointBinding => ({ endpoint, via: { kind: 'routed', device: `fhp${i}` } }));
  return renderRuleset({ tables: classifier.tables(), bindings, host: { exclusivePrefixes: ['fhp'] } });
};

const runnerOf = (nft: SimulatedNft): NftRunner => (args, input) => Promise.resolve(nft.run(args, input));

/** Dies with the nth call, before it is done or after it. */
const mortal = (nft: SimulatedNft, calls: number, when: 'before' | 'after'): NftRunner => {
  let left = calls;
  return (args, input) => {
    if (left-- > 0) return Promise.resolve(nft.run(args, input));
    if (when === 'after') nft.run(args, input);
    return Promise.reject(new Error('killed'));
  };
};

const stranger = 'add table inet stranger\nadd chain inet stranger c { type filter hook forward priority 5; policy accept; }\nadd rule inet stranger c ip saddr 192.0.2.1 drop\n';

it('killed anywhere, it converges when it starts again, and touches no other table', async () => {
  let deaths = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(randomWorld, { minLength: 2, maxLength: 3 }), fc.nat({ max: 12 }), fc.constantFrom('before' as const, 'after' as const), async (worlds, calls, when) => {
      const nft = new SimulatedNft();
      nft.run(['-f', '-'], stranger);
      const foreign = nft.run(['list', 'table', 'inet', 'stranger']).out;
      const states = worlds.map(stateOf);
      const doomed = new Dataplane(nftPort(mortal(nft, calls, when)));
      try {
        for (const state of states) await doomed.realize(state);
      } catch {
        deaths++;
      }
      const reborn = new Dataplane(nftPort(runnerOf(nft)));
      const last = states.at(-1) as NftState;
      expect(await reborn.realize(last)).toMatchObject({ digest: stateDigest(last) });
      expect(await reborn.realize(last)).toMatchObject({ changes: 0 });
      expect(await reborn.verify()).toEqual({ drift: 0 });
      expect(nft.run(['list', 'table', 'inet', 'stranger']).out).toBe(foreign);
    }),
    { numRuns: 120 },
  );
  expect(deaths).toBeGreaterThan(20);
});

it('what somebody else changed in our tables is found and put right', async () => {
  await fc.assert(
    fc.asyncProperty(randomWorld, fc.constantFrom('flush chain inet firsthop h_fwd', 'add rule inet firsthop h_pre accept', 'delete table inet firsthop', 'flush ruleset', 'add element inet firsthop bound { "evil0" }', 'add chain inet firsthop stray'), async (world, meddling) => {
      const nft = new SimulatedNft();
      const dataplane = new Dataplane(nftPort(runnerOf(nft)));
      const state = stateOf(world);
      await dataplane.realize(state);
      expect(nft.run(['-f', '-'], meddling).code).toBe(0);
      expect((await dataplane.verify()).drift).toBeGreaterThan(0);
      expect(await dataplane.realize(state)).toMatchObject({ digest: stateDigest(state) });
      expect((await dataplane.verify()).drift).toBe(0);
    }),
    { numRuns: 40 },
  );
});
