/**
 * Which node every workload of a lab stands on. Pure and deterministic: declared places are kept, the rest go round.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { Workload } from '@firsthop/inventory';
import type { World } from '@firsthop/policy';

export interface Placement {
  readonly nodes: readonly string[];
  readonly of: ReadonlyMap<Workload['id'], string>;
}

/** `wished`: how many nodes a cluster gets that declares none. */
export const place = ({ nodes, workloads }: World, wished: number): Placement => {
  const declared = [...new Set([...nodes.map(({ name }) => name), ...workloads.flatMap(({ node }) => node ?? [])])].sort(compareText);
  const names = declared.length > 0 ? declared : Array.from({ length: wished }, (_, i) => `node-${i + 1}`);
  // A host stands on its own node, and takes nobody's turn.
  const inOrder = workloads.filter(({ kind }) => kind !== 'host').sort((a, b) => compareText(a.id, b.id));
  let next = 0;
  return { nodes: names, of: new Map(inOrder.map((workload) => [workload.id, workload.node ?? names[next++ % names.length] ?? ''])) };
};
