/** Law: any order of changes, with flushes in between, gives the plans of the last values; and the changes handed out fold to them. */
import { canonicalJson } from '@firsthop/base';
import { type Change, Compiler, WholeCompiler } from '@firsthop/compiler';
import { endpointId, type Workload, type WorkloadId, workloadId } from '@firsthop/inventory';
import { parsePolicy, policyKey } from '@firsthop/policy';
import { applyDelta, danglingReference, decodePlan, emptyPlan, encodePlan, type NodePlan, type PlanDelta } from '@firsthop/plan';
import { type Frame, FrameWriter, readFrame } from '@firsthop/wire';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, cluster, nodeNames, randomWorld } from './random-world.ts';
import { worldChanges } from '@firsthop/analysis';

const nameOf = (change: Change): string => `${change.of} ${change.of === 'policy' || change.of === 'group' ? change.key : change.of === 'tier' ? change.name : change.id}`;
const gone = (change: Change): Change => ({ ...change, now: undefined }) as Change;

/** The things of several worlds, some of them taken away again, in any order. */
const histories: fc.Arbitrary<readonly Change[]> = fc
  .array(randomWorld, { minLength: 1, maxLength: 2 })
  .chain((worlds) => {
    const all = worlds.flatMap(worldChanges);
    return fc.tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all), fc.infiniteStream(fc.nat())).map(([changes, removed, order]) => {
      const mixed = [...changes];
      for (const change of removed) mixed.splice(Number(order.next().value) % (mixed.length + 1), 0, gone(change));
      return mixed;
    });
  });

const revision = { epoch: 7, watermarks: new Map([['policies', 3]]) };
const bytes = (plan: NodePlan): string => canonicalJson(encodePlan(plan));

/** As somebody who looks at the whole cluster sees it. */
const governingOf = (changes: readonly Change[]): ((id: WorkloadId) => readonly string[]) => {
  const whole = new WholeCompiler({ cluster });
  for (const change of changes) whole.apply(change);
  return (id) => whole.governing(id).map(({ ref }) => policyKey(ref));
};

/** One plan for a node's workloads, as somebody makes it who looks at the whole cluster; he knows no trials. */
const wholeOf = (changes: readonly Change[]): ((node: string) => Omit<NodePlan, 'revision'>) => {
  const whole = new WholeCompiler({ cluster });
  for (const change of changes) whole.apply(change);
  const workloads = changes.flatMap((change) => (change.of === 'workload' && change.now !== undefined ? [change.now] : []));
  const isEnforced = ({ kind, hostNetwork, endpoints }: Workload): boolean => kind !== 'host' && !hostNetwork && endpoints.some(({ addresses }) => addresses.length > 0);
  return (node) => whole.whole(workloads.filter((workload) => workload.node === node && isEnforced(workload)));
};

const ofPlan = ({ addressGroups, rules, policyGroups, endpoints }: Omit<NodePlan, 'revision'>) => ({
  addressGroups: new Map(Array.from(addressGroups.values(), ({ id, members }) => [id, [...members].map(String).sort()])),
  rules,
  policyGroups,
  endpoints: new Map(Array.from(endpoints.values(), (endpoint) => [endpoint.id, { ...endpoint, trialGroup: undefined }])),
});

/** What is there because of a trial is left out. */
const expectWhole = (plan: NodePlan, whole: Omit<NodePlan, 'revision'>): void => {
  const [is, should] = [ofPlan(plan), ofPlan(whole)];
  const kept = <T>(from: ReadonlyMap<string, T>, of: ReadonlyMap<string, unknown>): Map<string, T> => new Map([...from].filter(([id]) => of.has(id)));
  expect({ ...is, addressGroups: kept(is.addressGroups, should.addressGroups), rules: kept(is.rules, should.rules), policyGroups: kept(is.policyGroups, should.policyGroups) }).toEqual(should);
  if (![...plan.endpoints.values()].some(({ trialGroup }) => trialGroup !== undefined)) expect([is.rules.size, is.policyGroups.size, is.addressGroups.size]).toEqual([should.rules.size, should.policyGroups.size, should.addressGroups.size]);
};

const idsOf = ({ addressGroups, rules, policyGroups, endpoints, ...removed }: PlanDelta): readonly (readonly string[])[] => [
  ...[addressGroups, rules, policyGroups, endpoints].map((list) => list.map(({ id }) => id)),
  removed.removedEndpoints,
  removed.removedPolicyGroups,
  removed.removedRules,
  removed.removedGroups,
];
/** Two managers with the same facts write the same bytes. */
const expectOrder = (delta: PlanDelta): void => {
  for (const ids of idsOf(delta)) expect(ids).toEqual([...new Set(ids)].sort());
};

const plansOf = (changes: readonly Change[]): readonly (NodePlan | undefined)[] => {
  const compiler = new Compiler({ cluster });
  for (const change of changes) compiler.apply(change);
  compiler.flush(revision);
  return nodeNames.map((node) => compiler.snapshot(node));
};

const read = (frame: Frame): ReturnType<typeof readFrame> => readFrame(Buffer.concat(frame));
const planIn = (frame: Frame): NodePlan => {
  const message = read(frame);
  if (!message.ok || message.value.type !== 'snapshot') throw new Error(message.ok ? 'no plan' : message.error);
  return message.value.plan;
};
const changeIn = (frame: Frame): PlanDelta => {
  const message = read(frame);
  const delta = message.ok && message.value.type === 'changes' ? message.value.deltas[0] : undefined;
  if (delta === undefined) throw new Error(message.ok ? 'no change' : message.error);
  return delta;
};

/** Fails where what `make` makes is not what comes out from scratch. Returns how many changes were made. */
const agrees = (make: () => Compiler, numRuns: number): number => {
  let [deltas, governed, steps] = [0, 0, 0];
  fc.assert(
    fc.property(histories, fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), (history, flushes) => {
      const compiler = make();
      const writer = new FrameWriter();
      const held = new Map(nodeNames.map((node) => [node, emptyPlan(node)]));
      const flush = (): void => {
        for (const [node, delta] of compiler.flush(revision)) {
          expectOrder(delta);
          const next = applyDelta(held.get(node) ?? emptyPlan(node), changeIn(writer.changes([delta])));
          if (!next.ok) throw new Error(next.error.message);
          expect(next.value.revision.digest).not.toBe(held.get(node)?.revision.digest);
          held.set(node, next.value);
          deltas++;
        }
        // Whoever asks for a plan, or has it written, leaves something behind that the next one may find.
        for (const node of nodeNames) {
          const [is, folded] = [compiler.snapshot(node), held.get(node)];
          if (is === undefined || folded === undefined) throw new Error('there is a plan after a flush');
          expect(bytes(planIn(writer.snapshot(is)))).toBe(bytes({ ...folded, revision: is.revision }));
        }
      };
      for (const [i, change] of history.entries()) {
        compiler.apply(change);
        steps++;
        if (flushes[i % flushes.length] === true) flush();
      }
      flush();
      const last = [...new Map(history.map((change) => [nameOf(change), change])).values()].reverse();
      const [scratch, governing, whole] = [plansOf(last), governingOf(last), wholeOf(last)];
      for (const change of last) {
        if (change.of !== 'workload') continue;
        const policies = compiler.governing(change.id).map(({ ref }) => policyKey(ref));
        expect(policies).toEqual(governing(change.id));
        governed += policies.length;
      }
      for (const [i, node] of nodeNames.entries()) {
        const [is, should] = [compiler.snapshot(node), scratch[i]];
        if (is === undefined || should === undefined) throw new Error('there is a plan after a flush');
        expect(bytes(is)).toBe(bytes(should));
        expectWhole(is, whole(node));
        expect(bytes({ ...(held.get(node) ?? is), revision: should.revision })).toBe(bytes(should));
        expect(danglingReference(is)).toBeUndefined();
        expect(decodePlan(JSON.parse(JSON.stringify(encodePlan(is)))).ok).toBe(true);
      }
    }),
    { numRuns },
  );
  expect(deltas).toBeGreaterThan(100);
  expect(governed).toBeGreaterThan(100);
  return steps;
};

/** At least so many changes for each history: a night's run makes 100,000 and more. */
const stepsPerHistory = 20;
it('compiling as changes come is the same as compiling what they left behind', () => {
  const count = process.env['FIRSTHOP_NIGHTLY'] === '1' ? 6000 : 60;
  expect(agrees(() => new Compiler({ cluster }), count)).toBeGreaterThan(stepsPerHistory * count);
});

/** Does not hear of workloads that go. */
class Deaf extends Compiler {
  override apply(change: Change): void {
    if (change.of !== 'workload' || change.now !== undefined) super.apply(change);
  }
}

/** Tells of a plan as it was when it was first asked for. */
class Stale extends Compiler {
  readonly #plans = new Map<string, NodePlan | undefined>();
  override snapshot(node: string): NodePlan | undefined {
    if (!this.#plans.has(node)) this.#plans.set(node, super.snapshot(node));
    return this.#plans.get(node);
  }
}

/** Keeps one node's changes to itself. */
class Silent extends Compiler {
  override flush(at: typeof revision): ReturnType<Compiler['flush']> {
    const deltas = super.flush(at);
    deltas.delete('n1');
    return deltas;
  }
}

/** Takes whoever is under a policy for one under none. */
class Forgetful extends Compiler {
  override governing(): ReturnType<Compiler['governing']> {
    return [];
  }
}

const broken = [Deaf, Stale, Silent, Forgetful].map((Broken) => ({ name: Broken.name.toLowerCase(), make: () => new Broken({ cluster }) }));
it.each(broken)('but not where the compiler is $name', ({ make }) => expect(() => agrees(make, 200)).toThrow('Property failed'));

it('hands out nothing where nothing changed, and has no plan before the first flush', () => {
  fc.assert(
    fc.property(randomWorld, (world) => {
      const compiler = new Compiler({ cluster });
      expect(compiler.snapshot('n1')).toBeUndefined();
      for (const change of worldChanges(world)) compiler.apply(change);
      compiler.flush(revision);
      for (const change of worldChanges(world)) compiler.apply(change);
      expect(compiler.flush({ ...revision, epoch: 8 }).size).toBe(0);
      expect(compiler.snapshot('n1')?.revision.epoch).toBe(8);
      expect(compiler.snapshot('unknown')?.endpoints.size).toBe(0);
    }),
    { numRuns: 30 },
  );
});

const named = (index: number, ports: Workload['ports'], address = index): Change => {
  const id = workloadId(cluster, `u${index}`);
  const labels = new Map([['app', index === 0 ? 'client' : 'server']]);
  const endpoints = [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: [addressOf(4, address)], allowedAddresses: [] }];
  return { of: 'workload', id, now: { id, kind: 'pod', cluster, namespace: 'shop', name: `w${index}`, labels, node: nodeNames[index % 2] ?? '', hostNetwork: false, ports, endpoints } };
};

const web = (number: number): Workload['ports'] => [{ name: 'web', protocol: 'TCP', number }];
const toWeb = parsePolicy(
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'to-web', namespace: 'shop' }, spec: { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: { app: 'server' } } }], ports: [{ port: 'web' }] }] } },
  { cluster },
).policy;

/** What a port name means to a client, as others come, change and go; the last one takes an address over, and has no such port. */
const portHistory: readonly Change[] = [named(0, []), named(2, web(80)), named(2, web(81)), named(4, web(80)), gone(named(2, [])), named(6, web(8080)), named(1, [], 6), named(4, [])];

/** How many plans of the client's node there were that are not the ones from scratch, and how many different ones. */
const portFaults = (make: () => Compiler): { readonly faults: number; readonly plans: number } => {
  const [compiler, plans] = [make(), new Set<string>()];
  let faults = 0;
  const so: Change[] = toWeb === undefined ? [] : [{ of: 'policy', key: policyKey(toWeb.ref), now: toWeb }];
  for (const change of so) compiler.apply(change);
  for (const change of portHistory) {
    so.push(change);
    compiler.apply(change);
    compiler.flush(revision);
    const [is, should] = [compiler.snapshot('n1'), plansOf(so)[0]];
    if (is === undefined || should === undefined || bytes(is) !== bytes(should)) faults++;
    plans.add(is === undefined ? '' : bytes({ ...is, revision: { ...revision, digest: '' } }));
  }
  return { faults, plans: plans.size };
};

/** Random histories seldom hold these: each change is compared with what somebody sees who looks at the whole cluster. */
const follow = (history: readonly Change[]): readonly NodePlan[] => {
  const compiler = new Compiler({ cluster });
  const plans: NodePlan[] = [];
  for (const [i, change] of history.entries()) {
    compiler.apply(change);
    compiler.flush(revision);
    const last = [...new Map(history.slice(0, i + 1).map((one) => [nameOf(one), one])).values()];
    const plan = compiler.snapshot('n1');
    if (plan === undefined) throw new Error('there is a plan after a flush');
    expectWhole(plan, wholeOf(last)('n1'));
    plans.push(plan);
  }
  return plans;
};

const membersOf = ({ addressGroups }: NodePlan): readonly (readonly string[])[] => Array.from(addressGroups.values(), ({ members }) => [...members].map(String).sort());
const policyChange = (kind: string, spec: object): Change => {
  const { policy, errors } = parsePolicy({ apiVersion: kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'firsthop.dev/v1alpha1', kind, metadata: { name: 'p', namespace: 'shop' }, spec }, { cluster });
  if (policy === undefined) throw new Error(JSON.stringify(errors));
  return { of: 'policy', key: policyKey(policy.ref), now: policy };
};

it('a port name is of those who use it, and not of those who are selected with them', () => {
  const toServers = policyChange('NetworkPolicy', { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: { app: 'server' } } }], ports: [{ port: 'web' }] }] });
  const plans = follow([toServers, named(0, []), named(2, web(80)), named(4, []), named(6, web(81)), named(2, [])]);
  expect(plans.map((plan) => membersOf(plan).length)).toEqual([0, 0, 1, 1, 2, 1]);
});

it('those behind a Service are others when its selector is another one', () => {
  const front = (app: string | undefined): Change => ({ of: 'service', id: `${cluster}/shop/front`, now: app === undefined ? undefined : { cluster, namespace: 'shop', name: 'front', ports: [], selector: { requirements: [{ key: 'app', operator: 'In', values: [app] }] } } });
  const toFront = policyChange('SecurityPolicy', { appliedTo: [{ podSelector: { matchLabels: { app: 'client' } } }], egress: [{ action: 'Drop', to: [{ service: { name: 'front' } }] }] });
  const plans = follow([toFront, named(0, []), named(2, []), named(4, []), front('server'), front('client'), front('nobody'), front('server'), front(undefined)]);
  expect(plans.map((plan) => membersOf(plan).flat().length)).toEqual([0, 0, 0, 0, 2, 1, 0, 2, 0]);
});

it('a policy on trial is tried where no other decides', () => {
  const drop = { appliedTo: [{ podSelector: { matchLabels: { app: 'client' } } }], egress: [{ action: 'Drop' }] };
  const trialOf = (plan: NodePlan | undefined): boolean => [...(plan?.endpoints.values() ?? [])].some(({ trialGroup }) => trialGroup !== undefined);
  const [tried, alone] = [policyChange('SecurityPolicy', { ...drop, mode: 'Monitor' }), named(0, [])];
  const plans = follow([alone, tried, gone(tried), tried, policyChange('SecurityPolicy', drop), tried]);
  expect(plans.map(trialOf)).toEqual([false, true, false, true, false, true]);
});

it('a port name means what those who use it say now', () => {
  expect(portFaults(() => new Compiler({ cluster }))).toEqual({ faults: 0, plans: portHistory.length });
  expect(portFaults(() => new Deaf({ cluster })).faults).toBeGreaterThan(0);
  expect(portFaults(() => new Stale({ cluster })).faults).toBeGreaterThan(0);
});
