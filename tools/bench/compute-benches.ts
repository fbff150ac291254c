/**
 * Computing plans of clusters, from nothing and as they change: issue "Control plane at scale". Where a cluster is computed, the clock runs from decoded
 * objects to encoded plans of all nodes.
 *
 * @module
 */
import { churnEvents } from '../workloads/churn-events.ts';
import { clusters, smallNamespaces } from '../workloads/workloads.ts';
import type { Bench } from './bench.ts';
import { inChild, medians } from './in-child.ts';

const [runs, seed] = [5, 1];

const repeated = (say: (text: string) => void, script: string, ...args: readonly string[]): Record<string, number> =>
  medians(
    Array.from({ length: runs }, (_, i) => {
      say(`run ${i + 1} of ${runs}`);
      return inChild(script, ...args);
    }),
  );

const computing = Object.entries(clusters).map(([name, { what, objects }]): Bench => ({
  name,
  what,
  workload: { seed, what },
  objects: () => [...objects(seed)],
  run: (say) => repeated(say, 'compute-once.ts', name, String(seed)),
}));

const events = 100_000;
/** Of small namespaces: four pods each. */
const [small, large] = [2_500, 25_000];

const churn: Bench = {
  name: 'churn',
  what: 'small namespaces loaded, then events, each flushed and its deltas encoded; and a tenth of the cluster beside it',
  workload: { events, pods: 4 * large, beside: 4 * small },
  objects: () => [...smallNamespaces(seed, large)],
  events: () => churnEvents([...smallNamespaces(seed, large)], 2, events),
  run: (say) => {
    const [one, other] = [large, small].map((namespaces) => repeated(say, 'churn-once.ts', String(events), String(namespaces)));
    return { ...one, events_per_s_10000: other?.['events_per_s'] ?? Number.NaN, p99_us_10000: other?.['p99_us'] ?? Number.NaN, growth_ratio: (one?.['cpu_s'] ?? Number.NaN) / (other?.['cpu_s'] ?? Number.NaN) };
  },
};

const whoSelects: Bench = { name: 'who-selects', what: '10,000 pods x 10,000 policies, 1,000 times the policies of a pod', workload: { pods: 10_000, policies: 10_000, queries: 1000 }, objects: () => [...(clusters['compute-one-namespace']?.objects(seed) ?? [])], run: (say) => repeated(say, 'who-selects-once.ts') };
const selectorIndex: Bench = { name: 'selector-index', what: '250,000 endpoints, 10,000 policies over 31 markers: the membership index alone', workload: { endpoints: 250_000, policies: 10_000, markers: 31 }, run: (say) => repeated(say, 'selector-index-once.ts') };

export const computeBenches: readonly Bench[] = [...computing, churn, whoSelects, selectorIndex];
