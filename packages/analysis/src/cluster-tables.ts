/**
 * One cluster's policies as class tables over everybody it knows.
 *
 * @module
 */
import { type ClassId, Classifier, type GroupRows, type Row } from '@firsthop/classifier';
import { Compiler, type CompilerOptions } from '@firsthop/compiler';
import type { Node, Workload, WorkloadId } from '@firsthop/inventory';
import type { Address, AddressRange } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import { type Direction, isManaged, type View } from '@firsthop/policy';
import { type CutIndex, cutIndexOf } from './address-cuts.ts';
import { type Kinds, kindsOf } from './kinds.ts';
import { worldChanges } from './world-changes.ts';

export type TableOptions = Required<Pick<CompilerOptions, 'ipBlocks' | 'names'>>;

/** One who judges: a workload of this cluster under policy. */
export interface Judge {
  readonly workload: Workload;
  readonly group: PolicyGroupId;
}

export class ClusterTables {
  readonly view: View;
  readonly #classifier = new Classifier();
  readonly #compiler: Compiler;
  readonly #judges = new Map<WorkloadId, Judge>();
  readonly #classes = new Map<Address, ClassId>();
  readonly #nodeAddresses: ReadonlyMap<string, readonly Address[]>;
  readonly #memo = new Map<PolicyGroupId, { ingress?: GroupRows; egress?: GroupRows }>();
  readonly #kinds: Kinds;

  constructor(view: View, { ipBlocks, names }: TableOptions) {
    this.view = view;
    const cut: CutIndex = cutIndexOf(view, names);
    this.#kinds = kindsOf(view, cut);
    this.#nodeAddresses = new Map(view.nodes.map(({ name, addresses }: Node) => [name, addresses]));
    this.#compiler = new Compiler({ cluster: view.cluster, ipBlocks, names });
    for (const change of worldChanges({ ...view, workloads: this.#kinds.representatives, groups: [] })) this.#compiler.apply(change);
    const judging = this.#kinds.representatives.filter((workload) => workload.cluster === view.cluster && (workload.kind === 'host' || isManaged(workload)));
    const plan = this.#compiler.whole(judging);
    this.#classifier.replace({ ...plan, revision: { epoch: 0, watermarks: new Map(), digest: '' } });
    const groups = new Map(judging.flatMap((workload) => workload.endpoints.flatMap(({ id }) => plan.endpoints.get(id) ?? []).slice(0, 1).map(({ policyGroup }) => [workload.id, policyGroup])));
    this.#take(groups, (group) => {
      const stages = plan.policyGroups.get(group);
      return stages !== undefined && (stages.ingress.length > 1 || stages.egress.length > 1);
    });
  }

  /** Undefined: no policy is enforced there. */
  judge(workload: WorkloadId): Judge | undefined {
    return this.#judges.get(workload);
  }

  /** Who stands for a workload in all questions; itself where nobody else does. */
  representative(workload: Workload): Workload {
    return this.#kinds.standsFor.get(workload.id) ?? workload;
  }

  /** Of an address as this cluster sees it. */
  classOf(address: Address): ClassId {
    return this.#classes.get(address) ?? this.#classifier.classOf(address);
  }

  /** Some term of this cluster's policies means exactly this address. */
  isNamed(address: Address): boolean {
    return this.#classifier.isExact(address);
  }

  isOwnNode({ workload }: Judge, address: Address): boolean {
    return workload.kind === 'pod' && workload.node !== undefined && this.#nodeAddresses.get(workload.node)?.includes(address) === true;
  }

  /** What a group says to everybody. */
  rows(group: PolicyGroupId, direction: Direction): GroupRows {
    const memo = this.#memo.get(group) ?? {};
    this.#memo.set(group, memo);
    return (memo[direction] ??= this.#classifier.rowsOf(group, direction));
  }

  /** What a group says to a class, for every protocol and port. */
  row(group: PolicyGroupId, direction: Direction, id: ClassId, isOwn: boolean): Row {
    if (isOwn) return this.#classifier.rowOf(group, direction, id, true);
    const { rest, others } = this.rows(group, direction);
    return others.get(id) ?? rest;
  }

  decision(id: Row['rest']): ReturnType<Classifier['decision']> {
    return this.#classifier.decision(id);
  }

  /** Sorted and disjoint: where prefixes of this cluster's policies cut the outside. What lies between them is class 0. */
  ranges(): readonly { readonly range: AddressRange; readonly class: ClassId }[] {
    return this.#classifier.ranges();
  }

  /** Everybody gets the group and the classes of who stands for him. A host judges only where some policy governs it. */
  #take(groups: ReadonlyMap<WorkloadId, PolicyGroupId>, isGoverned: (group: PolicyGroupId) => boolean): void {
    for (const workload of this.view.workloads) {
      const representative = this.#kinds.standsFor.get(workload.id) ?? workload;
      const group = groups.get(representative.id);
      if (group !== undefined && (workload.kind !== 'host' || isGoverned(group))) this.#judges.set(workload.id, { workload, group });
      if (workload.hostNetwork) continue;
      for (const [i, { addresses }] of workload.endpoints.entries())
        for (const [j, address] of addresses.entries()) {
          const twin = representative.endpoints[i]?.addresses[j];
          if (twin !== undefined) this.#classes.set(address, this.#classifier.classOf(twin));
        }
    }
  }
}
