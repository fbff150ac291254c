/** Law: verdicts with all that belongs to them are the reference evaluator's, monitored ones and nearest misses among them. */
import { Verdicts } from '@firsthop/analysis';
import { nearestMiss, type Policy, type Probe, evaluate, type World } from '@firsthop/policy';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, answers, cluster, randomWorld } from './random-world.ts';

/** Some of the policies only watch, one of them is an edit that nobody promoted. */
const onTrial = (world: World): World => {
  const [first] = world.policies;
  const tried = (policy: Policy, i: number): Policy => {
    if (policy.form === 'isolating' || i % 3 !== 1) return policy;
    if (i === 4 && first !== undefined) return { ...policy, stage: { of: 'nobody', action: 'Replace' } };
    return { ...policy, mode: 'Monitor' };
  };
  return { ...world, policies: world.policies.map(tried) };
};

const probes: fc.Arbitrary<Probe> = fc
  .record({ source: fc.integer({ min: 0, max: 9 }), destination: fc.integer({ min: 0, max: 9 }), protocol: fc.constantFrom(6, 17), port: fc.constantFrom(79, 80, 81, 8080) })
  .map(({ source, destination, ...rest }): Probe => ({ source: { address: addressOf(4, source) }, destination: { address: addressOf(4, destination) }, ...rest }));

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

it('verdicts, what is monitored and what came nearest are the evaluator\'s', () => {
  let [monitored, missed] = [0, 0];
  fc.assert(
    fc.property(randomWorld.map(onTrial), fc.array(probes, { minLength: 20, maxLength: 20 }), (world, asked) => {
      const worlds = new Map([[cluster, world]]);
      const verdicts = new Verdicts(worlds, { names: answers });
      for (const probe of asked) {
        const is = verdicts.judge(probe);
        expect(plain(is)).toEqual(plain(evaluate(worlds, probe, { names: answers })));
        if (is.monitor !== undefined) monitored++;
        for (const direction of ['ingress', 'egress'] as const) {
          const miss = verdicts.nearestMiss(probe, direction);
          expect(plain(miss)).toEqual(plain(nearestMiss(worlds, probe, direction, { names: answers })));
          if (miss !== undefined) missed++;
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(Math.min(monitored, missed)).toBeGreaterThan(20);
});
