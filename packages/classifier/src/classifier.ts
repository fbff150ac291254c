/**
 * The plan of a node as class tables.
 *
 * Law: the tables answer as the plan's stages do, for every address, protocol and port. Class numbers stay with their
 * terms from plan to plan; everything else is a function of the plan alone.
 *
 * Kept from plan to plan: classes of addresses whose terms are the same, and the rows of policy groups, which never change under one
 * name. So a plan that differs in a few addresses costs those addresses.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';
import { emptyPlan, type NodePlan, type PolicyGroup, type PolicyGroupId } from '@firsthop/plan';
import type { RuleAudit } from './audit-rules.ts';
import { RowStore } from './build-row.ts';
import { ClassSpace } from './class-space.ts';
import type { ClassId, ClassTables, Decision, DecisionId, Row, RowId, TrialTables } from './class-table.ts';
import { Decisions } from './decisions.ts';
import { type GroupRows, GroupTable, type Stores } from './group-tables.ts';
import { RuleTable } from './rule-table.ts';

interface Group {
  readonly ingress: GroupTable;
  readonly egress: GroupTable;
}

export type Direction = 'ingress' | 'egress';

/** Counts tables of all classifiers. */
let versions = 0;

/** Row and decision stores are made anew when this many times more has piled up in them than is in use. */
const wasteful = 4;

/** What all addresses together get, as long as no class and no group comes or goes. */
interface Told extends TrialTables {
  readonly trial: TrialTables | undefined;
  /** Of those groups that are on trial only. */
  readonly trialKey: string;
  readonly classes: number;
}

export class Classifier {
  readonly #space = new ClassSpace();
  readonly #groups = new Map<PolicyGroupId, Group>();
  #stores: Stores = { rows: new RowStore(), decisions: new Decisions() };
  #plan: NodePlan = emptyPlan('');
  #tables: ClassTables | undefined;
  #version = 0;
  #told: Told | undefined;

  replace(plan: NodePlan): void {
    this.#tables = undefined;
    this.#plan = plan;
    this.#space.update(plan);
    for (const id of this.#groups.keys()) if (!plan.policyGroups.has(id)) this.#groups.delete(id);
    for (const group of plan.policyGroups.values()) if (!this.#groups.has(group.id)) this.#groups.set(group.id, this.#prepare(group));
  }

  /** The whole of it, as the kernel gets it. */
  tables(): ClassTables {
    this.#tables ??= this.#whole();
    return this.#tables;
  }

  classOf(address: Address): ClassId {
    return this.#space.classOf(address);
  }

  /** A group holds the address, so that it is in no class of `ranges`. */
  isExact(address: Address): boolean {
    return this.#space.addresses.has(address);
  }

  /** Sorted, disjoint; what lies between them is class 0. */
  ranges(): ClassTables['ranges'] {
    return this.#space.ranges;
  }

  /** One row, built if nobody asked for it before. `isOwn`: the other side is the judging endpoint's own node. */
  rowOf(group: PolicyGroupId, direction: Direction, id: ClassId, isOwn = false): Row {
    return this.#table(group, direction).rowOf(this.#space.classes.termsOf(id), this.#stores, isOwn);
  }

  /** All rows of a group and direction, for classes in use now. */
  rowsOf(group: PolicyGroupId, direction: Direction): GroupRows {
    return this.#table(group, direction).rows(this.#space.classes, this.#stores);
  }

  /** The same, unless more than `most` classes would have to be looked at: one group may tell apart as many as there are prefixes. */
  rowsWithin(most: number, group: PolicyGroupId, direction: Direction): GroupRows | undefined {
    const table = this.#table(group, direction);
    return table.isWithin(most, this.#space.classes) ? table.rows(this.#space.classes, this.#stores) : undefined;
  }

  /** Which rules of a group ever come to act, for classes in use now. */
  audit(group: PolicyGroupId, direction: Direction): readonly RuleAudit[] {
    return this.#groups.get(group)?.[direction].audit(this.#space.classes, this.#stores) ?? [];
  }

  decision(id: DecisionId): Decision {
    const decision = this.#stores.decisions.all.get(id);
    if (decision === undefined) throw new Error(`no decision ${id}`);
    return decision;
  }

  #table(group: PolicyGroupId, direction: Direction): GroupTable {
    const table = this.#groups.get(group)?.[direction];
    if (table === undefined) throw new Error(`policy group ${group} is not in these tables`);
    return table;
  }

  #prepare({ ingress, egress }: PolicyGroup): Group {
    // Later plans may lack these rules, but no table of this group is asked for then.
    const { rules } = this.#plan;
    const table = (stages: PolicyGroup[Direction]): GroupTable => new GroupTable(() => new RuleTable(stages, rules, this.#space.terms));
    return { ingress: table(ingress), egress: table(egress) };
  }

  #whole(): ClassTables {
    const { addresses, ranges } = this.#space;
    const told = this.#whatIsTold();
    if (told === undefined) return this.#afresh();
    const since = this.#version;
    this.#version = ++versions;
    const { rows, decisions, groups, trial } = told;
    return { lineage: { version: this.#version, since, moved: this.#space.takeMoved() }, addresses, ranges, rows, decisions, groups, endpoints: this.#plan.endpoints, ownNode: this.#plan.ownNode, ...(trial === undefined ? {} : { trial }) };
  }

  /** Undefined: too much has piled up in the stores. */
  #whatIsTold(): Told | undefined {
    const { classes } = this.#space;
    const trials = trialOnly(this.#plan);
    const trialKey = [...trials].join(' ');
    const enforced = [...this.#groups.keys()].filter((id) => !trials.has(id));
    const isSame = this.#told?.classes === classes.version && this.#told.trialKey === trialKey && this.#told.groups.size === enforced.length && enforced.every((id) => this.#told?.groups.has(id) === true);
    if (isSame) return this.#told;
    const told = this.#tell(enforced);
    const trial = trials.size === 0 ? undefined : this.#tell([...trials]);
    const { rows } = this.#stores;
    if (rows.size > 1000 && rows.size > wasteful * (told.rows.size + (trial?.rows.size ?? 0))) return undefined;
    this.#told = { ...told, classes: classes.version, trial, trialKey };
    return this.#told;
  }

  #tell(ids: readonly PolicyGroupId[]): TrialTables {
    const { classes } = this.#space;
    const groups = new Map(ids.map((id) => [id, { ingress: this.#table(id, 'ingress').table(classes, this.#stores), egress: this.#table(id, 'egress').table(classes, this.#stores) }]));
    const used = new Set<RowId>();
    for (const { ingress, egress } of groups.values()) for (const { rows } of [ingress, egress]) for (const row of rows.values()) used.add(row);
    const { rows, decisions } = this.#stores;
    const kept = new Map<RowId, Row>([...rows.rows()].flatMap((row): [RowId, Row][] => (used.has(row.id) ? [[row.id, row]] : [])));
    return { rows: kept, decisions: usedDecisions(kept.values(), decisions), groups };
  }

  #afresh(): ClassTables {
    this.#stores = { rows: new RowStore(), decisions: new Decisions() };
    this.#told = undefined;
    this.#groups.clear();
    this.replace(this.#plan);
    return this.#whole();
  }
}

/** Groups that no endpoint is under. */
const trialOnly = ({ endpoints }: Pick<NodePlan, 'endpoints'>): ReadonlySet<PolicyGroupId> => {
  const enforced = new Set([...endpoints.values()].map(({ policyGroup }) => policyGroup));
  return new Set([...endpoints.values()].flatMap(({ trialGroup }) => (trialGroup === undefined || enforced.has(trialGroup) ? [] : [trialGroup])));
};

const usedDecisions = (rows: Iterable<Row>, { all }: Decisions): Map<DecisionId, Decision> => {
  const used = new Map<DecisionId, Decision>();
  const take = (id: DecisionId): void => {
    const decision = all.get(id);
    if (decision !== undefined) used.set(id, decision);
  };
  for (const { protocols, rest } of rows) {
    take(rest);
    for (const steps of protocols.values()) for (const { decision } of steps) take(decision);
  }
  return used;
};
