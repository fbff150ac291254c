/**
 * The offline engine: issue "Verdicts". Times are beyond loading; `load_ms` is beside them.
 *
 * @module
 */
import type { Bench } from './bench.ts';
import { withCluster } from './cluster-folder.ts';
import type { ClusterShape } from './cluster-objects.ts';
import { inChild, medians } from './in-child.ts';

const shape: ClusterShape = { pods: 10_000, workloads: 1_000, policies: 10_000, seed: 1 };
const large: ClusterShape = { ...shape, pods: 100_000 };
const runs = 5;

const repeat = (count: number, once: () => Readonly<Record<string, number>>, say: (text: string) => void): Record<string, number> =>
  medians(
    Array.from({ length: count }, (_, i) => {
      say(`run ${i + 1} of ${count}`);
      return once();
    }),
  );

const named = (figures: Readonly<Record<string, number>>, suffix: string): Record<string, number> => Object.fromEntries(Object.entries(figures).map(([key, value]) => [`${key}${suffix}`, value]));

export const verify: Bench = {
  name: 'verify',
  what: 'verdicts a second on one core, once loaded',
  workload: { ...shape, probes: 1_250_000 },
  run: (say) => withCluster(shape, (objects) => objects, (folder) => repeat(runs, () => inChild('verify-once.ts', folder), say)),
};

export const connectivity: Bench = {
  name: 'connectivity',
  what: 'all connections of 10,000 pods, and of 100,000, under 10,000 policies',
  workload: { ...shape, large: large.pods },
  run: (say) => ({
    ...withCluster(shape, (objects) => objects, (folder) => repeat(runs, () => inChild('connectivity-once.ts', folder), say)),
    ...named(withCluster(large, (objects) => objects, (folder) => repeat(3, () => inChild('connectivity-once.ts', folder), say)), '_100000'),
  }),
};

type Objects = Parameters<Parameters<typeof withCluster>[1]>[0];

/** The last NetworkPolicy opens one port more. */
const withOneChange = (objects: Objects): Objects => {
  const at = objects.findLastIndex(({ kind }) => kind === 'NetworkPolicy');
  const text = JSON.stringify(objects[at]).replace('"ports":[', '"ports":[{"protocol":"TCP","port":4711},');
  return objects.with(at, JSON.parse(text) as Objects[number]);
};

export const diff: Bench = {
  name: 'diff',
  what: 'what one changed policy of 10,000 changes between 10,000 pods',
  workload: { ...shape, changed: 1 },
  run: (say) => withCluster(shape, (objects) => objects, (before) => withCluster(shape, withOneChange, (after) => repeat(runs, () => inChild('diff-once.ts', before, after), say))),
};
