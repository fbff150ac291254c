import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { realistic, realisticShape } from './realistic.ts';
import { shapeOf } from './shape-of.ts';
import { clusters, smallNamespaces } from './workloads.ts';

const counts = { 'compute-small-namespaces': [25_000, 100_000, 75_000], 'compute-one-namespace': [1, 10_000, 10_000], 'compute-unique-selectors': [1, 10_000, 10_000], 'compute-cluster-scoped': [1000, 100_000, 10_000] };

/** So many of each kind, and another kind not at all. */
const isAsPromised = (kinds: readonly unknown[], [namespaces, pods, policies]: readonly number[]): boolean =>
  ['Namespace', 'Pod', 'NetworkPolicy'].every((kind, i) => kinds.filter((one) => one === kind).length === [namespaces, pods, policies][i]) && kinds.length === (namespaces ?? 0) + (pods ?? 0) + (policies ?? 0);

describe('clusters to measure computing on', () => {
  it.each(Object.entries(counts))('%s has as many objects as it says', (name, promised) => {
    const kinds = Array.from(clusters[name]?.objects(1) ?? [], ({ kind }) => kind);
    expect(isAsPromised(kinds, promised)).toBe(true);
    expect(isAsPromised(kinds.slice(1), promised)).toBe(false);
  });

  it('are the same for the same seed, and others for another one', () => {
    const text = (seed: number): string => JSON.stringify([...(clusters['compute-unique-selectors']?.objects(seed) ?? [])]);
    expect(text(1) === text(1)).toBe(true);
    expect(text(1) === text(2)).toBe(false);
  });

  it('as VMs are as many, and all of them are understood', () => {
    const objects = [...(clusters['compute-unique-selectors-vms']?.objects(1) ?? [])];
    expect(['VirtualMachine', 'SecurityPolicy'].map((kind) => objects.filter((one) => one['kind'] === kind).length)).toEqual([10_000, 10_000]);
    const kinds = objects.map(decode).map((change) => (change.of === 'workload' ? change.now?.kind : change.of));
    expect(Object.entries(Object.groupBy(kinds, (kind) => kind ?? '')).map(([kind, { length } = { length: 0 }]) => [kind, length])).toEqual([['namespace', 1], ['vm', 10_000], ['policy', 10_000]]);
  });

  it('the realistic one has the figures that are told of a real one', () => {
    const shape = shapeOf([...realistic(1)]);
    expect(shape).toMatchObject(realisticShape);
    expect([shape.localPods.median, shape.peerPods.median]).toEqual([6, 2]);
    for (const [is, should] of [[shape.localPods.mean, 13.1], [shape.peerPods.mean, 35.4]] as const) expect(Math.abs(is / should - 1)).toBeLessThan(0.03);
    // Of each namespace's policies one governs four pods, and two govern two.
    expect(shapeOf([...smallNamespaces(1, 50)])).toMatchObject({ pods: 200, policies: 150, peers: 100, localPods: { mean: 400 / 150, median: 2 }, peerPods: { mean: 2, median: 2 } });
  });

  it('are understood to the last object', () => {
    const changes = Array.from(clusters['compute-one-namespace']?.objects(1) ?? [], decode);
    expect(changes.map(({ of }) => of).filter((of) => of === 'policy')).toHaveLength(10_000);
    expect(changes.every(({ now }) => now !== undefined)).toBe(true);
    expect(() => decode({ kind: 'NetworkPolicy', metadata: {} })).toThrow();
  });
});
