/** Law: facts -> compiler -> classifier -> judge says the same as the reference evaluator, verdict and attribution. */
import { Classifier, type ClassTables, type Decision as Judged, judge, judgeOnTrial } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import type { Workload } from '@firsthop/inventory';
import { type Address, formatAddress } from '@firsthop/netaddr';
import { decodePlan, encodePlan, type PolicyGroupId } from '@firsthop/plan';
import { type Decision, type Direction, evaluate, type Probe, whatIf, type World } from '@firsthop/policy';
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
  readonly ask: typeof judge;
}

const compare = ({ world, tables, questions, ask }: Judging, subject: Workload, group: PolicyGroupId): Set<string> => {
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
        const decision = ask(tables, { group, direction, address: remote, ...it });
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
          for (const reason of compare({ world, tables: classifier.tables(), questions, ask: judge }, subject, endpoint.policyGroup)) reasons.add(reason);
        }
      }
      expect(endpoints).toBe(world.workloads.filter(({ node, hostNetwork }) => node !== undefined && !hostNetwork).length);
    }),
    { numRuns: 250 },
  );
  // The worlds were not all trivial.
  for (const reason of ['rule allow', 'rule drop', 'rule reject', 'isolated drop', 'workloadDefault allow', 'workloadDefault drop', 'tierDefault drop']) expect(reasons).toContain(reason);
});

const strictly = <T extends Pick<Workload, 'enforcement'>>(one: T): T => (one.enforcement === 'Visibility' ? { ...one, enforcement: 'Full' as const } : one);
/** The world in which everything on trial is in force. */
const promoted = (world: World): World => ({ ...world, policies: whatIf(world.policies), namespaces: world.namespaces.map(strictly), workloads: world.workloads.map(strictly) });

it('what is on trial judges as the reference evaluator does where it is in force, and what is in force as where it does not exist', () => {
  let [onTrial, others] = [0, 0];
  fc.assert(
    fc.property(randomWorld, fc.shuffledSubarray([...asked], { minLength: 5, maxLength: 5 }), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (drawn, questions, monitored) => {
      const world: World = { ...drawn, policies: drawn.policies.map((policy, i) => (policy.form === 'tiered' && monitored[i % monitored.length] === true ? { ...policy, mode: 'Monitor' as const } : policy)) };
      const compiler = new Compiler({ cluster, names: answers });
      for (const change of worldChanges(world)) compiler.apply(change);
      compiler.flush({ epoch: 1, watermarks: new Map() });
      for (const node of nodeNames) {
        const sent = compiler.snapshot(node);
        const plan = sent === undefined ? undefined : decodePlan(JSON.parse(JSON.stringify(encodePlan(sent))));
        if (plan?.ok !== true) throw new Error('a plan travels');
        const classifier = new Classifier();
        classifier.replace(plan.value);
        const tables = classifier.tables();
        for (const subject of world.workloads) {
          const endpoint = plan.value.endpoints.get(subject.endpoints[0]?.id ?? '');
          if (endpoint === undefined) continue;
          compare({ world, tables, questions, ask: judge }, subject, endpoint.policyGroup);
          compare({ world: promoted(world), tables, questions, ask: judgeOnTrial }, subject, endpoint.trialGroup ?? endpoint.policyGroup);
          if (endpoint.trialGroup === undefined) others++;
          else onTrial++;
          // What nobody is under is no part of what the kernel gets.
          expect([...tables.groups.keys()].every((group) => [...plan.value.endpoints.values()].some(({ policyGroup }) => policyGroup === group))).toBe(true);
        }
      }
    }),
    { numRuns: 100 },
  );
  expect(Math.min(onTrial, others)).toBeGreaterThan(20);
});
