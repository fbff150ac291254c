/**
 * Class tables of two views of the same facts, compiled for those only whom somebody asks about.
 *
 * Who is governed by the same policies in both says the same in both. So the tables are made for whom the edit concerns, and for others
 * when it turns out that the two sides say different things to them.
 *
 * Law: equal policy groups and classes of the two mean the same, and whoever judges says what he says in tables of the whole view.
 *
 * @module
 */
import type { WholeCompiler } from '@firsthop/compiler';
import type { Workload, WorkloadId } from '@firsthop/inventory';
import { policyKey, type View } from '@firsthop/policy';
import { cutIndexOf } from './address-cuts.ts';
import { ClusterTables } from './cluster-tables.ts';
import { type Kinds, kindsOf } from './kinds.ts';
import { PoliciesAbout } from './policies-about.ts';
import { editOf, type PolicyEdit } from './policy-edit.ts';
import { classify, judgingIn, type Plan, startCompiler, type TableOptions } from './prepare-tables.ts';
import { isSameFacts } from './same-objects.ts';

const joined = <K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): ReadonlyMap<K, V> => new Map([...a, ...b]);

/** Both at once, and where a workload is in both, as the second has it. Members of an address group are the same in both, because the facts are. */
const together = (a: Plan, b: Plan): Plan => ({
  ...a,
  addressGroups: joined(a.addressGroups, b.addressGroups),
  rules: joined(a.rules, b.rules),
  policyGroups: joined(a.policyGroups, b.policyGroups),
  endpoints: joined(a.endpoints, b.endpoints),
});

export class TablesPair {
  readonly #before: View;
  readonly #after: View;
  readonly #edit: PolicyEdit;
  readonly #kinds: Kinds;
  readonly #judging: readonly Workload[];
  readonly #kept: PoliciesAbout;
  /** It knows the facts, what was edited as it is in `after`, and what it was told of the rest so far. */
  readonly #compiler: WholeCompiler;
  readonly #changed: ReadonlySet<Workload>;

  /** The two know the same workloads, namespaces, nodes and Services (`isSameFacts`). */
  constructor(before: View, after: View, options: TableOptions) {
    this.#before = before;
    this.#after = { ...after, workloads: before.workloads };
    this.#edit = editOf(before, after);
    const both: View = { ...before, policies: [...before.policies, ...after.policies] };
    this.#kinds = kindsOf(both, cutIndexOf(both, options.names));
    this.#judging = judgingIn(this.#kinds, before.cluster);
    this.#kept = new PoliciesAbout(this.#edit.kept);
    this.#compiler = startCompiler({ ...before, policies: before.policies.filter(({ ref }) => this.#edit.keys.has(policyKey(ref))) }, this.#kinds, options);
    const losing = this.#governed();
    this.#turn(this.#edit.toAfter);
    // A tier may put every policy in another place.
    this.#changed = new Set(this.#edit.hasTiers ? this.#judging : [...losing, ...this.#governed()]);
  }

  /** Before and after. Whom the edit concerns judges, and who is asked for; hosts too, since who does not judge there is no party at all. */
  tables(asked: ReadonlySet<WorkloadId>): readonly [ClusterTables, ClusterTables] {
    const compiler = this.#compiler;
    const judging = this.#judging.filter((workload) => this.#changed.has(workload) || workload.kind === 'host' || asked.has(workload.id));
    for (const policy of this.#kept.of(judging)) compiler.apply({ of: 'policy', key: policyKey(policy.ref), now: policy });
    const is = compiler.whole(judging);
    this.#turn(this.#edit.toBefore);
    const part = compiler.whole(judging.filter((workload) => this.#changed.has(workload)));
    const was = together(is, part);
    const classifier = classify(was);
    const made = { kinds: this.#kinds, compiler, classifier };
    // Each while the compiler has the policies of its side: tables ask it who is governed.
    const first = new ClusterTables({ ...made, view: this.#before, plan: was });
    this.#turn(this.#edit.toAfter);
    return [first, new ClusterTables({ ...made, view: this.#after, plan: is })];
  }

  #governed(): readonly Workload[] {
    return this.#compiler.governed(this.#judging, [...this.#edit.keys]);
  }

  #turn(changes: PolicyEdit['toAfter']): void {
    for (const change of changes) this.#compiler.apply(change);
  }
}

/** Undefined: the two know different things. */
export const tablesPairOf = (before: View, after: View, options: TableOptions): TablesPair | undefined => (isSameFacts(before, after) ? new TablesPair(before, after, options) : undefined);
