/**
 * Class tables of one view, or of two views of the same facts that share all work.
 *
 * @module
 */
import { Classifier } from '@firsthop/classifier';
import { type Change, Compiler, type CompilerOptions, localNames } from '@firsthop/compiler';
import type { Workload } from '@firsthop/inventory';
import type { NodePlan } from '@firsthop/plan';
import { isManaged, type Policy, policyKey, type View } from '@firsthop/policy';
import { cutIndexOf } from './address-cuts.ts';
import { ClusterTables } from './cluster-tables.ts';
import { type Kinds, kindsOf } from './kinds.ts';
import { isSameFacts, isSamePolicy } from './same-objects.ts';
import { worldChanges } from './world-changes.ts';

export type TableOptions = Required<Pick<CompilerOptions, 'ipBlocks' | 'names'>>;

type Plan = Omit<NodePlan, 'revision'>;

const judgingIn = ({ representatives }: Kinds, cluster: string): Workload[] => representatives.filter((workload) => workload.cluster === cluster && (workload.kind === 'host' || isManaged(workload)));

const startCompiler = (view: View, { representatives }: Kinds, { ipBlocks, names }: TableOptions): Compiler => {
  const compiler = new Compiler({ cluster: view.cluster, ipBlocks, names, naming: localNames() });
  for (const change of worldChanges({ ...view, workloads: representatives, groups: [] })) compiler.apply(change);
  return compiler;
};

const classify = (plan: Plan): Classifier => {
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

interface PolicyEdit {
  readonly gone: readonly string[];
  /** New, or other than before. Policies that say the same stay the objects that they are. */
  readonly put: readonly (readonly [key: string, policy: Policy])[];
}

const editOf = (before: View, after: View): PolicyEdit => {
  const was = new Map(before.policies.map((policy) => [policyKey(policy.ref), policy]));
  const is = new Map(after.policies.map((policy) => [policyKey(policy.ref), policy]));
  const isNew = ([key, policy]: [string, Policy]): boolean => {
    const old = was.get(key);
    return old === undefined || !isSamePolicy(old, policy);
  };
  return { gone: [...was.keys()].filter((key) => !is.has(key)), put: [...is].filter(isNew) };
};

const changesOf = ({ gone, put }: PolicyEdit): Change[] => [...gone.map((key): Change => ({ of: 'policy', key, now: undefined })), ...put.map(([key, now]): Change => ({ of: 'policy', key, now }))];

const isSameTiers = (a: View, b: View): boolean => JSON.stringify(a.tiers) === JSON.stringify(b.tiers);

const tierChanges = (before: View, after: View): Change[] => {
  const names = new Set([...before.tiers, ...after.tiers].map(({ name }) => name));
  return [...names].map((name): Change => ({ of: 'tier', name, now: after.tiers.find((tier) => tier.name === name) }));
};

/** The plan after an edit, and the plan before it. Only who is governed by what was edited is compiled again. */
const plansOf = (compiler: Compiler, judging: readonly Workload[], before: View, after: View): readonly [Plan, Plan] => {
  const was = compiler.whole(judging);
  const edit = editOf(before, after);
  const isLocal = isSameTiers(before, after);
  const losing = isLocal ? compiler.governed(judging, [...edit.gone, ...edit.put.map(([key]) => key)]) : [];
  for (const change of [...(isLocal ? [] : tierChanges(before, after)), ...changesOf(edit)]) compiler.apply(change);
  if (!isLocal) return [was, compiler.whole(judging)];
  const affected = [...new Set([...losing, ...compiler.governed(judging, edit.put.map(([key]) => key))])];
  const part = compiler.whole(affected);
  return [was, { ...together(was, part), endpoints: new Map([...was.endpoints, ...part.endpoints]) }];
};

const joined = <K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): ReadonlyMap<K, V> => new Map([...a, ...b]);

/** Both at once. Members of an address group are the same in both, because the facts are. */
const together = (a: Plan, b: Plan): Plan => ({
  ...a,
  addressGroups: joined(a.addressGroups, b.addressGroups),
  rules: joined(a.rules, b.rules),
  policyGroups: joined(a.policyGroups, b.policyGroups),
});

/** Undefined: the two do not know the same workloads, namespaces, nodes and Services. Equal groups and classes of the two mean the same. */
export const tablesOfPair = (before: View, after: View, options: TableOptions): readonly [ClusterTables, ClusterTables] | undefined => {
  if (!isSameFacts(before, after)) return undefined;
  const both: View = { ...before, policies: [...before.policies, ...after.policies] };
  const kinds = kindsOf(both, cutIndexOf(both, options.names));
  const judging = judgingIn(kinds, before.cluster);
  const compiler = startCompiler(before, kinds, options);
  const [was, is] = plansOf(compiler, judging, before, after);
  const classifier = classify(together(was, is));
  return [new ClusterTables({ view: before, kinds, compiler, classifier, plan: was }), new ClusterTables({ view: { ...after, workloads: before.workloads }, kinds, compiler, classifier, plan: is })];
};
