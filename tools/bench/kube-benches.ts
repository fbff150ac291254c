/**
 * Following a Kubernetes API server.
 *
 * @module
 */
import type { Bench } from './bench.ts';
import { inChild, medians } from './in-child.ts';

const pods = 100_000;

const kubeList: Bench = {
  name: 'kube-list',
  what: `${pods} pods listed from an API server in another process: what the one who follows takes`,
  workload: { pods },
  run: (say) =>
    medians(
      [1, 2, 3].map((i) => {
        say(`run ${i} of 3`);
        return inChild('kube-list-once.ts', String(pods));
      }),
    ),
};

export const kubeBenches: readonly Bench[] = [kubeList];
