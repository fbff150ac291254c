/** Laws of explanations and trials, on random worlds with policies on trial and hosts in them. */
import { Verdicts } from '@firsthop/analysis';
import { endpointId, type Workload, workloadId } from '@firsthop/inventory';
import { decides, type Direction, evaluate, ladder, type LadderStep, type Policy, policyKey, type Probe, whatIf, type World } from '@firsthop/policy';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, cluster, nodes, randomWorld } from './random-world.ts';

type Trial = 'no' | 'monitor' | 'replace' | 'delete';

const hosts: readonly Workload[] = nodes.map(({ name, labels, addresses }) => {
  const id = workloadId(cluster, `host:${name}`);
  return { id, kind: 'host', cluster, namespace: '', name, labels, node: name, hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'host'), interfaceName: 'host', addresses, allowedAddresses: [] }] };
});

/** Drafts are about whatever stands before them, if that is of their kind. */
const onTrial = (policy: Policy, trial: Trial, before: Policy | undefined): Policy => {
  if (policy.form === 'isolating' || trial === 'no') return policy;
  if (trial === 'monitor') return { ...policy, mode: 'Monitor' };
  return before?.form === 'tiered' ? { ...policy, stage: { of: policyKey(before.ref), action: trial === 'delete' ? 'Delete' : 'Replace' } } : policy;
};

const governingHosts = (policy: Policy, isAsked: boolean): Policy =>
  policy.form === 'tiered' && policy.ref.namespace === undefined && isAsked ? { ...policy, subjects: [...policy.subjects, { kind: 'workloads', selector: { kind: 'host', clusters: { kind: 'named', cluster }, namespaces: { kind: 'any' }, labels: { requirements: [] } } }] } : policy;

const trial = fc.record({ trial: fc.constantFrom<Trial[]>('no', 'no', 'monitor', 'replace', 'delete'), hosts: fc.boolean() });
const world: fc.Arbitrary<World> = fc.tuple(randomWorld, fc.array(trial, { minLength: 9, maxLength: 9 })).map(([one, trials]) => ({
  ...one,
  workloads: [...one.workloads, ...hosts],
  policies: one.policies.map((policy, i) => governingHosts(onTrial(policy, trials[i]?.trial ?? 'no', one.policies[i - 1]), trials[i]?.hosts === true)),
}));
const probe: fc.Arbitrary<Probe> = fc.record({ from: fc.nat(15), to: fc.nat(15), protocol: fc.constantFrom(6, 17), port: fc.constantFrom(22, 80, 81, 8080) }).map(({ from, to, protocol, port }) => ({ source: { address: addressOf(4, from) }, destination: { address: addressOf(4, to) }, protocol, port }));

const worldsOf = (one: World, policies = one.policies): ReadonlyMap<string, World> => new Map([[cluster, { ...one, policies }]]);
const rulesOf = (step: LadderStep) => (step.kind === 'tier' || step.kind === 'isolation' ? step.policies.flatMap(({ rules, standing }) => rules.map((rule) => ({ ...rule, standing }))) : []);

/** Visibility is Full on trial, wherever it is said. */
const strictly = (one: World): World => {
  const full = <T extends { readonly enforcement?: Workload['enforcement'] }>(it: T): T => (it.enforcement === 'Visibility' ? { ...it, enforcement: 'Full' } : it);
  return { ...one, namespaces: one.namespaces.map(full), workloads: one.workloads.map(full) };
};

it('an explanation comes to the decision of the evaluator, and every step but one lets it pass', () => {
  const reasons = new Map<string, number>();
  fc.assert(
    fc.property(world, probe, fc.constantFrom<Direction>('ingress', 'egress'), (one, asked, direction) => {
      const decision = evaluate(worldsOf(one), asked)[direction];
      const explained = ladder(worldsOf(one), asked, direction);
      expect(explained?.decision).toEqual(decision);
      if (explained === undefined || decision === undefined) return;
      reasons.set(decision.reason, (reasons.get(decision.reason) ?? 0) + 1);
      expect(explained.steps.filter(({ state }) => state === 'decided')).toHaveLength(1);
      const states = explained.steps.map(({ state }) => state);
      expect(states.slice(states.indexOf('decided') + 1).every((state) => state === 'notReached')).toBe(true);
      const rules = explained.steps.flatMap(rulesOf);
      expect(rules.filter(({ effect, standing, differs }) => effect !== 'none' && (standing !== 'decides' || differs !== undefined))).toEqual([]);
      const deciding = rules.filter(({ effect }) => effect === 'decided').map(({ id }) => id);
      expect(deciding).toEqual(decision.rule === undefined ? [] : [decision.rule.id]);
    }),
    { numRuns: 2500 },
  );
  for (const reason of ['rule', 'isolated', 'tierDefault', 'workloadDefault', 'self', 'ownNode', 'failsafe']) expect([reason, reasons.get(reason) ?? 0]).toEqual([reason, expect.toSatisfy((count: number) => count > 0)]);
});

it('what is on trial decides nothing, and the monitored verdict is that of a world in which it decides', () => {
  let told = 0;
  fc.assert(
    fc.property(world, probe, (one, asked) => {
      const { monitor, ...real } = evaluate(worldsOf(one), asked);
      const { monitor: _none, ...without } = evaluate(worldsOf(one, one.policies.filter(decides)), asked);
      expect(real).toEqual(without);
      if (monitor === undefined) return;
      told++;
      const strict = strictly(one);
      expect(monitor).toBe(evaluate(worldsOf(strict, whatIf(one.policies)), asked).verdict);
    }),
    { numRuns: 1500 },
  );
  expect(told).toBeGreaterThan(100);
});

it('tables say the same of what is on trial', () => {
  fc.assert(
    fc.property(world, fc.array(probe, { minLength: 10, maxLength: 10 }), (one, asked) => {
      const verdicts = new Verdicts(worldsOf(one));
      for (const each of asked) expect(verdicts.judge(each)).toEqual(evaluate(worldsOf(one), each));
    }),
    { numRuns: 300 },
  );
});

it('where no monitored verdict is told, it would have been the true one', () => {
  fc.assert(
    fc.property(world, probe, (one, asked) => {
      const { monitor, verdict } = evaluate(worldsOf(one), asked);
      const strict = strictly(one);
      if (monitor === undefined) expect(evaluate(worldsOf(strict, whatIf(one.policies)), asked).verdict).toBe(verdict);
    }),
    { numRuns: 1500 },
  );
});
