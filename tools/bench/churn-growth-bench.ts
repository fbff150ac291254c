/**
 * Whether an event costs more in a larger cluster: churn in clusters of 10,000, 100,000 and 1,000,000 pods, each in a process of its own. The largest takes some
 * 8 GB of memory and minutes to load.
 *
 * @module
 */
import type { Bench } from './bench.ts';
import { inLargeChild } from './in-child.ts';

const [events, counted] = [50_000, 5_000];
/** Four pods in each. */
const podsPerNamespace = 4;
const sizes = [10_000, 100_000, 1_000_000];
const heapMb = 16_000;

/** Of an event; by their keys in the answer of `churn-once`. */
const compared = { growth_ops_ratio: 'counted_ops_per_event', growth_bytes_ratio: 'counted_bytes_per_event', growth_allocated_ratio: 'allocated_bytes_per_event', growth_ratio: 'cpu_s' } as const;
const told = ['counted_ops_per_event', 'counted_bytes_per_event', 'allocated_bytes_per_event', 'cpu_s', 'p50_us', 'p99_us', 'events_per_s', 'heap_mb', 'rss_mb'] as const;

export const churnGrowth: Bench = {
  name: 'churn-growth',
  what: 'churn at 10,000, 100,000 and 1,000,000 pods: operations, bytes and allocations of an event, the last to the first',
  workload: { pods: sizes, events, counted },
  run: (say) => {
    const runs = sizes.map((pods) => {
      say(`${pods} pods`);
      return inLargeChild(heapMb, 'churn-once.ts', String(events), String(pods / podsPerNamespace), String(counted));
    });
    const ratio = (key: string): number => (runs.at(-1)?.[key] ?? Number.NaN) / (runs[0]?.[key] ?? Number.NaN);
    const perSize = runs.flatMap((run, i) => told.map((key): [string, number] => [`${key}_${sizes[i] ?? 0}`, run[key] ?? Number.NaN]));
    return Object.fromEntries([...Object.entries(compared).map(([name, key]): [string, number] => [name, ratio(key)]), ...perSize]);
  },
};
