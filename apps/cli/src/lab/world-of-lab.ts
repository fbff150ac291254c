/**
 * The worlds that the evaluator judges, with every workload on the node where the lab put it.
 *
 * @module
 */
import type { World, Worlds } from '@firsthop/policy';
import type { LabRun } from './lab-run.ts';

export const worldsOf = (clusters: ReadonlyMap<string, { readonly world: World }>, run: LabRun): Worlds => {
  const { workloads, nodes } = run.topology;
  return new Map(
    [...clusters].map(([cluster, { world }]): [string, World] => [
      cluster,
      {
        ...world,
        nodes: nodes.filter((node) => node.cluster === cluster).map(({ name, addresses }) => ({ cluster, name, addresses, labels: world.nodes.find((node) => node.name === name)?.labels ?? new Map() })),
        workloads: world.workloads.map((workload) => {
          const placed = workloads.find(({ kind, name, cluster: of }) => of === cluster && kind === workload.kind && name === `${workload.namespace}/${workload.name}`);
          return placed === undefined ? workload : { ...workload, node: placed.node.name };
        }),
      },
    ]),
  );
};
