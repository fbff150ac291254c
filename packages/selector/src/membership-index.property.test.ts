import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelSelector, Requirement } from './label-selector.ts';
import type { OwnFacts } from './label-sets.ts';
import { MembershipIndex } from './membership-index.ts';
import { selects, type WorkloadSelector } from './workload-selector.ts';

const key = fc.constantFrom('app', 'tier', '__proto__');
const value = fc.constantFrom('a', 'b', 'c');
const labels = fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k, maxLength: 3 }).map((pairs) => new Map(pairs));
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values: fc.uniqueArray(value, { maxLength: 3 }) }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const), values: fc.constant([]) }),
);
const labelSelector: fc.Arbitrary<LabelSelector> = fc.record({ requirements: fc.array(requirement, { maxLength: 2 }) });
const cluster = fc.constantFrom('east', 'west');
const namespace = fc.constantFrom('shop', 'pay', 'mon');
const kind = fc.constantFrom('pod' as const, 'vm' as const);
const selector: fc.Arbitrary<WorkloadSelector> = fc.record({
  kind,
  clusters: fc.oneof(fc.constant({ kind: 'any' as const }), cluster.map((name) => ({ kind: 'named' as const, cluster: name }))),
  namespaces: fc.oneof(
    fc.constant({ kind: 'any' as const }),
    namespace.map((name) => ({ kind: 'named' as const, namespace: name })),
    labelSelector.map((it) => ({ kind: 'labels' as const, selector: it })),
  ),
  labels: labelSelector,
});
const facts: fc.Arbitrary<OwnFacts> = fc.record({ kind, cluster, namespace, labels });
const workload = fc.constantFrom('w1', 'w2', 'w3', 'w4', 'w5');
const name = fc.constantFrom('s1', 's2', 's3', 's4');

type Step =
  | { readonly do: 'workload'; readonly workload: string; readonly now: OwnFacts | undefined }
  | { readonly do: 'namespace'; readonly cluster: string; readonly namespace: string; readonly labels: Map<string, string> }
  | { readonly do: 'add'; readonly name: string; readonly selector: WorkloadSelector }
  | { readonly do: 'remove'; readonly name: string };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('workload' as const), workload, now: fc.option(facts, { nil: undefined }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('namespace' as const), cluster, namespace, labels }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), name, selector }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
);

/** Everything from scratch, with nothing but `selects`. */
class BruteForce {
  readonly workloads = new Map<string, OwnFacts>();
  readonly namespaces = new Map<string, Map<string, string>>();
  readonly selectors = new Map<string, WorkloadSelector>();

  apply(step: Step): void {
    if (step.do === 'workload' && step.now !== undefined) this.workloads.set(step.workload, step.now);
    if (step.do === 'workload' && step.now === undefined) this.workloads.delete(step.workload);
    if (step.do === 'namespace') this.namespaces.set(`${step.cluster}/${step.namespace}`, step.labels);
    if (step.do === 'add' && !this.selectors.has(step.name)) this.selectors.set(step.name, step.selector);
    if (step.do === 'remove') this.selectors.delete(step.name);
  }

  pairs(): Set<string> {
    const pairs = new Set<string>();
    for (const [id, own] of this.workloads) {
      const namespaceLabels = this.namespaces.get(`${own.cluster}/${own.namespace}`) ?? new Map([['kubernetes.io/metadata.name', own.namespace]]);
      for (const [it, selector] of this.selectors) if (selects(selector, { ...own, namespaceLabels })) pairs.add(`${it} ${id}`);
    }
    return pairs;
  }
}

interface Told {
  readonly selector: string;
  readonly workload: string;
  readonly member: boolean;
}

/** What the index told of while it did this. */
const perform = (index: MembershipIndex<string, string>, step: Step, told: readonly Told[]): readonly Told[] => {
  const before = told.length;
  if (step.do === 'workload') index.onWorkload(step.workload, step.now);
  if (step.do === 'namespace') index.onNamespace(step.cluster, step.namespace, step.labels);
  if (step.do === 'add') index.addSelector(step.name, step.selector);
  if (step.do === 'remove') index.removeSelector(step.name);
  return told.slice(before);
};

describe('MembershipIndex', () => {
  it('equals brute force after every step, and emits each real change once and nothing else', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const told: Told[] = [];
        const index = new MembershipIndex<string, string>((selector, workload, member) => void told.push({ selector, workload, member }));
        const brute = new BruteForce();
        let emitted = new Set<string>();
        for (const next of steps) {
          brute.apply(next);
          if (next.do === 'remove') emitted = new Set([...emitted].filter((pair) => !pair.startsWith(`${next.name} `)));
          for (const { selector, workload, member } of perform(index, next, told)) {
            const pair = `${selector} ${workload}`;
            expect(emitted.has(pair)).toBe(!member);
            if (member) emitted.add(pair);
            else emitted.delete(pair);
          }
          const expected = brute.pairs();
          expect(emitted).toEqual(expected);
          const listed = [...brute.selectors.keys()].flatMap((it) => [...index.members(it)].map((id) => `${it} ${id}`));
          expect(listed.toSorted()).toEqual([...expected].toSorted());
          const inverse = [...brute.workloads.keys()].flatMap((id) => [...index.selectorsOf(id)].map((it) => `${it} ${id}`));
          expect(inverse.toSorted()).toEqual([...expected].toSorted());
        }
      }),
      { numRuns: 500 },
    );
  });
});
