/**
 * Class tables of one view.
 *
 * @module
 */
import { Classifier } from '@firsthop/classifier';
import { WholeCompiler, type CompilerOptions, localNames } from '@firsthop/compiler';
import type { Workload } from '@firsthop/inventory';
import type { NodePlan } from '@firsthop/plan';
import { isManaged, type View } from '@firsthop/policy';
import { cutIndexOf } from './address-cuts.ts';
import { ClusterTables } from './cluster-tables.ts';
import { type Kinds, kindsOf } from './kinds.ts';
import { worldChanges } from './world-changes.ts';

export type TableOptions = Required<Pick<CompilerOptions, 'ipBlocks' | 'names'>>;

export type Plan = Omit<NodePlan, 'revision'>;

/** Those of a cluster at whom policy may be enforced. */
export const judgingIn = ({ representatives }: Kinds, cluster: string): Workload[] => representatives.filter((workload) => workload.cluster === cluster && (workload.kind === 'host' || isManaged(workload)));

/** A compiler that was told of everything in a view. */
export const startCompiler = (view: View, { representatives }: Kinds, { ipBlocks, names }: TableOptions): WholeCompiler => {
  const compiler = new WholeCompiler({ cluster: view.cluster, ipBlocks, names, naming: localNames() });
  for (const change of worldChanges({ ...view, workloads: representatives, groups: [] })) compiler.apply(change);
  return compiler;
};

export const classify = (plan: Plan): Classifier => {
  const classifier = new Classifier();
  classifier.replace({ ...plan, revision: { epoch: 0, watermarks: new Map(), digest: '' } });
  return classifier;
};

export const tablesOf = (view: View, options: TableOptions): ClusterTables => {
  const kinds = kindsOf(view, cutIndexOf(view, options.names));
  const compiler = startCompiler(view, kinds, options);
  const plan = compiler.whole(judgingIn(kinds, view.cluster));
  return new ClusterTables({ view, kinds, compiler, classifier: classify(plan), plan });
};
