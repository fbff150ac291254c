/**
 * One cluster's policies as class tables over everybody it knows.
 *
 * @module
 */
import type { ClassId, Classifier, GroupRows, Row, RuleAudit } from '@firsthop/classifier';
import type { WholeCompiler } from '@firsthop/compiler';
import type { Node, Workload, WorkloadId } from '@firsthop/inventory';
import type { Address, AddressRange } from '@firsthop/netaddr';
import type { NodePlan, PolicyGroupId } from '@firsthop/plan';
import type { Decision, Direction, Policy, View } from '@firsthop/policy';
import { AnswerTable, type ColumnNumber } from './answer-table.ts';
import { type Column, columnOf, saidTo } from './column.ts';
import { holdersOf } from './holders.ts';
import type { Kinds } from './kinds.ts';
import { decisionOf } from './row-decision.ts';

/** What tables are made of (`prepare-tables.ts`). */
export interface PreparedTables {
  readonly view: View;
  readonly kinds: Kinds;
  readonly compiler: WholeCompiler;
  /** It holds the plan, and perhaps that of another view of the same facts. */
  readonly classifier: Classifier;
  readonly plan: Omit<NodePlan, 'revision'>;
}

/** Of one policy group and direction. Who asks about some classes does not pay for all of them: there may be as many as prefixes. */
interface RowMemo {
  readonly single: Map<ClassId, Row>;
  /** With so many singles the question is asked again whether all of them would be cheaper. */
  next: number;
  all: Column<Row> | undefined;
  /** Of all of them among the answers. */
  column: ColumnNumber | undefined;
}

const fewSingles = 12;

/** All rows are made where so many classes at most come on each that was asked for. */
const worthAll = 16;

/** One who judges: a workload of this cluster under policy. */
export interface Judge {
  readonly workload: Workload;
  readonly group: PolicyGroupId;
  /** What was looked up for its group already. */
  readonly rows: Readonly<Record<Direction, RowMemo>>;
}

export class ClusterTables {
  readonly view: View;
  /** In the evaluator's words, the same object for the same decision: millions of verdicts are made of a few of them. */
  readonly answers: AnswerTable<Decision> = new AnswerTable((id) => decisionOf(this.decision(id)));
  readonly #classifier: Classifier;
  readonly #compiler: WholeCompiler;
  readonly #judges = new Map<WorkloadId, Judge | undefined>();
  readonly #nodeAddresses: ReadonlyMap<string, readonly Address[]>;
  readonly #memo = { ingress: new Map<PolicyGroupId, RowMemo>(), egress: new Map<PolicyGroupId, RowMemo>() };
  readonly #kinds: Kinds;
  #known: ReadonlyMap<Address, readonly Workload[]> | undefined;
  /** By representative. */
  readonly #groups: ReadonlyMap<WorkloadId, PolicyGroupId>;
  /** Hosts that some policy selects, even one without rules: others do not judge. */
  readonly #hosts: ReadonlySet<WorkloadId>;
  readonly #governed: ReadonlyMap<PolicyGroupId, Readonly<Record<Direction, boolean>>>;

  constructor({ view, kinds, compiler, classifier, plan }: PreparedTables) {
    this.view = view;
    this.#kinds = kinds;
    this.#compiler = compiler;
    this.#classifier = classifier;
    this.#nodeAddresses = new Map(view.nodes.map(({ name, addresses }: Node) => [name, addresses]));
    this.#groups = new Map(kinds.representatives.flatMap((workload) => workload.endpoints.flatMap(({ id }) => plan.endpoints.get(id) ?? []).slice(0, 1).map(({ policyGroup }) => [workload.id, policyGroup])));
    // The last stage is the default, which is no policy.
    this.#governed = new Map([...plan.policyGroups.values()].map(({ id, ingress, egress }) => [id, { ingress: ingress.length > 1, egress: egress.length > 1 }]));
    // Now, and not when somebody asks: the compiler may know of other policies then.
    this.#hosts = new Set(kinds.representatives.filter(({ id, kind }) => kind === 'host' && compiler.governing(id).length > 0).map(({ id }) => id));
  }

  /** `workload`: of this cluster, as this view has it. Undefined: no policy is enforced there. */
  judge(workload: Workload): Judge | undefined {
    if (this.#judges.has(workload.id)) return this.#judges.get(workload.id);
    const group = this.#groups.get(this.representative(workload).id);
    const isJudging = group !== undefined && (workload.kind !== 'host' || this.#hosts.has(workload.id));
    const judge = isJudging ? { workload, group, rows: { ingress: this.#memoOf(group, 'ingress'), egress: this.#memoOf(group, 'egress') } } : undefined;
    this.#judges.set(workload.id, judge);
    return judge;
  }

  /** Whether some policy has a say about the group in this direction. */
  isGoverned(group: PolicyGroupId, direction: Direction): boolean {
    return this.#governed.get(group)?.[direction] === true;
  }

  /** The policies that govern a workload, as they take effect. */
  governing(workload: Workload): readonly Policy[] {
    return this.#compiler.governing(this.representative(workload).id);
  }

  /** Who stands for a workload in all questions; itself where nobody else does. */
  representative(workload: Workload): Workload {
    return this.#kinds.standsFor.get(workload.id) ?? workload;
  }

  /** Workloads of this cluster's view: one of each kind, and everybody who is known by a name of his own. */
  named(): readonly Workload[] {
    return this.#kinds.named;
  }

  /** Of an address as this cluster sees it. */
  classOf(address: Address): ClassId {
    return this.#classifier.classOf(this.#kinds.twins.get(address) ?? address);
  }

  /** The workloads that this cluster knows of behind an address. */
  known(address: Address): readonly Workload[] {
    this.#known ??= holdersOf(this.view.workloads);
    return this.#known.get(address) ?? [];
  }

  /** Some term of this cluster's policies means exactly this address. */
  isNamed(address: Address): boolean {
    return this.#classifier.isExact(address);
  }

  isOwnNode({ workload }: Judge, address: Address): boolean {
    return workload.kind === 'pod' && workload.node !== undefined && this.#nodeAddresses.get(workload.node)?.includes(address) === true;
  }

  /** What a group says to everybody. Not kept: whoever asks makes something shorter of it. */
  rows(group: PolicyGroupId, direction: Direction): GroupRows {
    return this.#classifier.rowsOf(group, direction);
  }

  /** What a judge says to a class, for every protocol and port. */
  row({ group, rows }: Judge, direction: Direction, id: ClassId, isOwn: boolean): Row {
    if (isOwn) return this.#classifier.rowOf(group, direction, id, true);
    const { all, single } = rows[direction];
    return all === undefined ? (single.get(id) ?? this.#newRow(rows[direction], group, direction, id)) : saidTo(all, id);
  }

  #newRow(memo: RowMemo, group: PolicyGroupId, direction: Direction, id: ClassId): Row {
    const row = this.#classifier.rowOf(group, direction, id);
    memo.single.set(id, row);
    if (memo.single.size < memo.next) return row;
    memo.next *= 2;
    const rows = this.#classifier.rowsWithin(worthAll * memo.single.size, group, direction);
    if (rows === undefined) return row;
    memo.all = columnOf(rows, (one) => one);
    memo.column = this.answers.add(memo.all);
    memo.single.clear();
    return row;
  }

  #memoOf(group: PolicyGroupId, direction: Direction): RowMemo {
    const memo = this.#memo[direction].get(group) ?? { single: new Map<ClassId, Row>(), next: fewSingles, all: undefined, column: undefined };
    this.#memo[direction].set(group, memo);
    return memo;
  }

  decision(id: Row['rest']): ReturnType<Classifier['decision']> {
    return this.#classifier.decision(id);
  }

  /** Which rules of a group ever come to act. */
  audit(group: PolicyGroupId, direction: Direction): readonly RuleAudit[] {
    return this.#classifier.audit(group, direction);
  }

  /** Sorted and disjoint: where prefixes of this cluster's policies cut the outside. What lies between them is class 0. */
  ranges(): readonly { readonly range: AddressRange; readonly class: ClassId }[] {
    return this.#classifier.ranges();
  }
}
