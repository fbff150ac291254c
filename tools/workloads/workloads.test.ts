import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { clusters } from './workloads.ts';

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

  it('are understood to the last object', () => {
    const changes = Array.from(clusters['compute-one-namespace']?.objects(1) ?? [], decode);
    expect(changes.map(({ of }) => of).filter((of) => of === 'policy')).toHaveLength(10_000);
    expect(changes.every(({ now }) => now !== undefined)).toBe(true);
    expect(() => decode({ kind: 'NetworkPolicy', metadata: {} })).toThrow();
  });
});
