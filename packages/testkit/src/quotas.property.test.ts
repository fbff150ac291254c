/**
 * Law: a policy that is over a quota never lets in what it did not let in before, denies what its rule was about, and is nobody else's business; and what is within
 * the quotas makes a plan that agents take.
 */
import { Compiler } from '@firsthop/compiler';
import { applyDelta, decodePlan, emptyPlan, encodePlan, type NodePlan, planBounds } from '@firsthop/plan';
import { evaluate, type Peer, type Policy, policyKey, policyQuotas, type Rule, type World } from '@firsthop/policy';
import { worldChanges } from '@firsthop/analysis';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, answers, cluster, randomWorld } from './random-world.ts';

const { perRule } = policyQuotas;
/** They match nobody, so that a policy with them means what it means without. */
const nobody = (count: number): Peer[] =>
  Array.from({ length: count }, (_, i): Peer => ({ kind: 'workloads', selector: { kind: 'pod', clusters: { kind: 'named', cluster }, namespaces: { kind: 'any' }, labels: { requirements: [{ key: 'app', operator: 'In', values: [`nobody-${i}`] }] } } }));
const padding = nobody(perRule.selectors);

type Change = (policy: Policy) => Policy | undefined;

/** Every rule with a list of peers gets more of them than a rule may have; the true ones stand behind. */
const padded: Change = (policy) => {
  const pad = (rule: Rule): Rule => (rule.peers.kind === 'set' ? { ...rule, peers: { kind: 'set', peers: [...padding, ...rule.peers.peers] } } : rule);
  return { ...policy, ingress: policy.ingress?.map(pad), egress: policy.egress?.map(pad) };
};

const withPolicies = (world: World, policies: readonly (Policy | undefined)[]): World => ({ ...world, policies: policies.filter((policy) => policy !== undefined) });

const allowedIn = (world: World): ReadonlySet<string> => {
  const worlds = new Map([[cluster, world]]);
  const allowed = new Set<string>();
  for (let source = 0; source < 8; source++)
    for (let destination = 0; destination < 8; destination++) {
      const { verdict } = evaluate(worlds, { source: { address: addressOf(4, source) }, destination: { address: addressOf(4, destination) }, protocol: 6, port: 80 }, { names: answers });
      if (verdict === 'allow') allowed.add(`${source} > ${destination}`);
    }
  return allowed;
};

/** One of the policies is too large: `large` is what becomes of it. Counts how often that changed anything. */
const neverWider = (large: Change, numRuns: number): number => {
  let closed = 0;
  fc.assert(
    fc.property(randomWorld, fc.nat(), (world, which) => {
      const at = which % world.policies.length;
      const before = allowedIn(world);
      const after = allowedIn(withPolicies(world, world.policies.map((policy, i) => (i === at ? large(policy) : policy))));
      // Pass and Delegate that become Drop close, too: nothing is allowed that was not.
      for (const line of after) expect(before).toContain(line);
      if (after.size < before.size) closed++;
    }),
    { numRuns },
  );
  return closed;
};

it('too large a policy lets nobody in who was not let in before, and closes', () => expect(neverWider(padded, 150)).toBeGreaterThan(3));

const broken: readonly { readonly name: string; readonly large: Change }[] = [
  { name: 'cut to its quota', large: (policy) => {
    const cut = (rule: Rule): Rule => (rule.peers.kind === 'set' ? { ...rule, peers: { kind: 'set', peers: [...padding, ...rule.peers.peers].slice(0, 10) } } : rule);
    return { ...policy, ingress: policy.ingress?.map(cut), egress: policy.egress?.map(cut) };
  } },
  { name: 'left out', large: () => undefined },
];
it.each(broken)('but not if it were $name', ({ large }) => expect(() => neverWider(large, 500)).toThrow('Property failed'));

/** What each endpoint of each node is governed by, and every rule. */
const governedBy = (compiler: Compiler): Map<string, string> => {
  const found = new Map<string, string>();
  for (const node of ['n1', 'n2']) {
    const plan = compiler.snapshot(node);
    for (const { id, policyGroup } of plan?.endpoints.values() ?? []) found.set(id, JSON.stringify(plan?.policyGroups.get(policyGroup)));
  }
  return found;
};

it('whom it does not govern keeps his rules to the letter', () => {
  let kept = 0;
  fc.assert(
    fc.property(randomWorld, fc.nat(), (world, which) => {
      const large = world.policies[which % world.policies.length];
      if (large === undefined) return;
      const compile = (policies: readonly (Policy | undefined)[]): Compiler => {
        const compiler = new Compiler({ cluster, names: answers });
        for (const change of worldChanges(withPolicies(world, policies))) compiler.apply(change);
        compiler.flush({ epoch: 0, watermarks: new Map() });
        return compiler;
      };
      const [without, withIt] = [compile(world.policies.filter((policy) => policy !== large)), compile(world.policies.map((policy) => (policy === large ? padded(policy) : policy)))];
      const [was, is] = [governedBy(without), governedBy(withIt)];
      for (const { id, endpoints } of world.workloads) {
        if (withIt.governing(id).some(({ ref }) => policyKey(ref) === policyKey(large.ref))) continue;
        for (const endpoint of endpoints) {
          expect(is.get(endpoint.id)).toBe(was.get(endpoint.id));
          kept++;
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(kept).toBeGreaterThan(50);
});

const largestRule = (index: number, selectors: number): Rule => ({
  id: `${index}`.padStart(16, '0') as Rule['id'],
  index,
  action: 'Allow',
  peers: { kind: 'set', peers: [...nobody(selectors), ...Array.from({ length: 1000 }, (_, i): Peer => ({ kind: 'cidr', cidr: { base: addressOf(4, i * 2), length: 32 }, except: [] }))] },
  ports: { kind: 'set', ports: Array.from({ length: perRule.ports }, (_, i) => ({ kind: 'range', protocol: 'TCP', range: { first: 2 * i, last: 2 * i } })) },
  log: false,
});

/** The plan of a node with one pod, under one policy of such a rule. */
const planUnder = (rule: Rule): NodePlan => {
  const compiler = new Compiler({ cluster });
  compiler.apply({ of: 'workload', id: 'w' as never, now: { id: 'w' as never, kind: 'pod', cluster, namespace: 'shop', name: 'w', labels: new Map(), node: 'n1', hostNetwork: false, ports: [], endpoints: [{ id: 'w/eth0' as never, interfaceName: 'eth0', addresses: [addressOf(4, 1)], allowedAddresses: [] }] } });
  const policy: Policy = { form: 'isolating', ref: { cluster, kind: 'NetworkPolicy', namespace: 'shop', name: 'p' }, subjects: [{ kind: 'workloads', selector: { kind: 'pod', clusters: { kind: 'named', cluster }, namespaces: { kind: 'named', namespace: 'shop' }, labels: { requirements: [] } } }], ingress: [rule], egress: undefined };
  compiler.apply({ of: 'policy', key: policyKey(policy.ref), now: policy });
  const delta = compiler.flush({ epoch: 0, watermarks: new Map() }).get('n1');
  const plan = delta === undefined ? undefined : applyDelta(emptyPlan('n1'), delta);
  if (plan?.ok !== true) throw new Error('there is a plan');
  return plan.value;
};

it('agents take the plan of a policy at its quotas, and of one over them; without quotas they would not', () => {
  const [at, over] = [planUnder(largestRule(0, perRule.selectors)), planUnder(largestRule(0, perRule.selectors + 1))];
  const peersIn = (plan: NodePlan): number => Math.max(0, ...[...plan.rules.values()].flatMap(({ matches }) => matches.map(({ peers }) => peers.length)));
  expect([peersIn(at), peersIn(over)]).toEqual([perRule.selectors + 1, 0]);
  for (const plan of [at, over]) expect(decodePlan(encodePlan(plan)).ok).toBe(true);
  const [rule] = at.rules.values();
  const [match] = rule?.matches ?? [];
  if (rule === undefined || match === undefined) throw new Error('there is a rule');
  const many = { ...match, peers: Array.from({ length: planBounds.peersPerMatch + 1 }, () => match.peers[0] ?? { kind: 'any' as const }) };
  expect(decodePlan(encodePlan({ ...at, rules: new Map([[rule.id, { ...rule, matches: [many] }]]) })).ok).toBe(false);
});
