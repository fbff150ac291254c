/** Law: facts -> compiler -> classifier -> judge says the same as the reference evaluator, verdict and attribution. */
import { Classifier, type ClassTables, type Decision as Judged, judge } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import type { Workload } from '@firsthop/inventory';
import { type Address, formatAddress } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import { type Decision, type Direction, evaluate, type Probe, type World } from '@firsthop/policy';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, answers, cluster, interestingPorts, nodeNames, randomWorld } from './random-world.ts';
import { worldChanges } from '@firsthop/analysis';

interface Asked {
  readonly protocol: number;
  readonly port: number;
}

const ports: readonly Asked[] = [6, 17].flatMap((protocol) => interestingPorts.map((port) => ({ protocol, port })));
const icmp: readonly Asked[] = [1, 58].flatMap((protocol) => [0, 3 * 256, 3 * 256 + 1, 3 * 256 + 2, 8 * 256, 9 * 256, 65_535].map((port) => ({ protocol, port })));
const asked: readonly Asked[] = [...ports, ...icmp, { protocol: 47, port: 0 }, { protocol: 132, port: 80 }];
const remotes: readonly Address[] = ([4, 6] as const).flatMap((family) => [...Array.from({ length: 17 }, (_, offset) => addressOf(family, offset)), addressOf(family, 1000)]);

const probe = (direction: Direction, subject: Workload, local: Address, remote: Address, { protocol, port }: Asked): Probe => {
  const own = { address: local, workload: subject.id };
  const sides = direction === 'egress' ? { source: own, destination: { address: remote } } : { source: { address: remote }, destination: own };
  if (protocol === 1 || protocol === 58) return { ...sides, protocol, icmp: { type: port >> 8, code: port & 255 } };
  return protocol === 47 ? { ...sides, protocol } : { ...sides, protocol, port };
};

/** Without what only one of the two carries: names of kernel counters, and the direction that the question said already. */
const ofEvaluator = ({ verdict, reason, tier, policy, rule, isolatedBy }: Decision) => ({ verdict, reason, tier, policy, rule, isolatedBy });
const ofTables = ({ verdict, attribution: { reason, tier, policy, rule, isolatedBy } }: Judged) => ({ verdict, reason, tier, policy, rule, isolatedBy });

interface Judging {
  readonly world: World;
  readonly tables: ClassTables;
  readonly questions: readonly Asked[];
}

const compare = ({ world, tables, questions }: Judging, subject: Workload, group: PolicyGroupId): Set<string> => {
  const reasons = new Set<string>();
  const local = subject.endpoints[0]?.addresses[0];
  if (local === undefined) throw new Error('an endpoint has an address');
  for (const direction of ['ingress', 'egress'] as const)
    for (const remote of remotes)
      for (const it of questions) {
        const expected: Decision | undefined = evaluate(new Map([[cluster, world]]), probe(direction, subject, local, remote, it), { names: answers })[direction];
        // A workload reaching itself never meets policy, and what its own node sends reaches a pod before the tables are asked.
        if (expected?.reason === 'self' || expected?.reason === 'ownNode') continue;
        if (expected === undefined) throw new Error(`the evaluator does not manage ${subject.name}`);
        const decision = judge(tables, { group, direction, address: remote, ...it });
        reasons.add(`${expected.reason} ${expected.verdict}`);
        expect(decision.attribution.direction).toBe(direction);
        const is: string = JSON.stringify(ofTables(decision));
        const should: string = JSON.stringify(ofEvaluator(expected));
        if (is !== should) throw new Error(`${direction} of ${subject.name}, other side ${formatAddress(remote)}, ${JSON.stringify(it)}:\n  tables    ${is}\n  evaluator ${should}`);
      }
  return reasons;
};

it('tables of compiled plans judge as the reference evaluator does', () => {
  const reasons = new Set<string>();
  fc.assert(
    fc.property(randomWorld, fc.shuffledSubarray([...asked], { minLength: 9, maxLength: 9 }), (world, questions) => {
      const compiler = new Compiler({ cluster, names: answers });
      for (const change of worldChanges(world)) compiler.apply(change);
      compiler.flush({ epoch: 1, watermarks: new Map() });
      let endpoints = 0;
      for (const node of nodeNames) {
        const plan = compiler.snapshot(node);
        if (plan === undefined) throw new Error('there is a plan after a flush');
        const classifier = new Classifier();
        classifier.replace(plan);
        for (const subject of world.workloads) {
          const endpoint = plan.endpoints.get(subject.endpoints[0]?.id ?? '');
          if (endpoint === undefined) continue;
          endpoints++;
          for (const reason of compare({ world, tables: classifier.tables(), questions }, subject, endpoint.policyGroup)) reasons.add(reason);
        }
      }
      expect(endpoints).toBe(world.workloads.filter(({ node, hostNetwork }) => node !== undefined && !hostNetwork).length);
    }),
    { numRuns: 250 },
  );
  // The worlds were not all trivial.
  for (const reason of ['rule allow', 'rule drop', 'rule reject', 'isolated drop', 'workloadDefault allow', 'workloadDefault drop', 'tierDefault drop']) expect(reasons).toContain(reason);
});
