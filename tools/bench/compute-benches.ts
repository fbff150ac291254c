/**
 * Computing whole clusters from nothing: issue "Control plane at scale". The clock runs from decoded objects to encoded plans of all nodes.
 *
 * @module
 */
import { clusters } from '../workloads/workloads.ts';
import type { Bench } from './bench.ts';
import { inChild, medians } from './in-child.ts';

const [runs, seed] = [5, 1];

export const computeBenches: readonly Bench[] = Object.entries(clusters).map(([name, { what, objects }]) => ({
  name,
  what,
  workload: { seed, what },
  objects: () => [...objects(seed)],
  run: (say) =>
    medians(
      Array.from({ length: runs }, (_, i) => {
        say(`run ${i + 1} of ${runs}`);
        return inChild('compute-once.ts', name, String(seed));
      }),
    ),
}));
