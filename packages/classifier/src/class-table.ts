/**
 * What the classifier makes of a node plan: addresses cut into classes that no rule of this node can tell apart, and per
 * policy group and direction a row for every class.
 *
 * @module
 */
import type { Brand } from '@firsthop/base';
import type { Address, AddressRange } from '@firsthop/netaddr';
import type { Attribution, PlanEndpoint, PolicyGroupId } from '@firsthop/plan';

/** 0 is the class of all addresses that no term of this node's plan mentions. Stable handles, not dense. */
export type ClassId = number;

/** 16 hex digits. Of a rule: its rule id. Of a default: a hash of its attribution. Also the name of its kernel counter. */
export type DecisionId = Brand<string, 'DecisionId'>;

export interface Decision {
  readonly id: DecisionId;
  readonly verdict: 'allow' | 'drop' | 'reject';
  readonly attribution: Attribution;
  readonly log: boolean;
}

/** Ports first..last (type * 256 + code for ICMP) get this decision. */
export interface Step {
  readonly first: number;
  readonly last: number;
  readonly decision: DecisionId;
}

/** 16 hex digits: equal rows have equal names, in every group, on every node. */
export type RowId = Brand<string, 'RowId'>;

/**
 * A total function protocol x port -> decision.
 * `protocols`: every protocol that some rule tells apart, with steps that cover 0..65535 exactly, ascending and merged;
 * one step for protocols without ports. `rest`: all other protocols.
 */
export interface Row {
  readonly id: RowId;
  readonly protocols: ReadonlyMap<number, readonly Step[]>;
  readonly rest: DecisionId;
}

/** One direction of one policy group. A class that is not listed has the row of class 0. */
export interface ClassTable {
  readonly rows: ReadonlyMap<ClassId, RowId>;
}

/** Where tables come from, so that whoever holds the tables before them need not compare all addresses. */
export interface Lineage {
  /** No other tables of this process have it. */
  readonly version: number;
  /** Of the tables before them, by the same classifier. */
  readonly since: number;
  /** Every address whose class is another one than in those, and perhaps more. Undefined: it may be any. */
  readonly moved: ReadonlySet<Address> | undefined;
}

/** What is only on trial says, by the same classes. */
export type TrialTables = Pick<ClassTables, 'rows' | 'decisions' | 'groups'>;

export interface ClassTables {
  /** Of tables that a classifier made. */
  readonly lineage?: Lineage;
  /** Exact addresses in terms; wins over `ranges`, and its class already includes the ranges that cover it. */
  readonly addresses: ReadonlyMap<Address, ClassId>;
  /** Sorted, disjoint, both families; addresses in none of them and not exact are class 0. */
  readonly ranges: readonly { readonly range: AddressRange; readonly class: ClassId }[];
  readonly rows: ReadonlyMap<RowId, Row>;
  readonly decisions: ReadonlyMap<DecisionId, Decision>;
  readonly groups: ReadonlyMap<PolicyGroupId, { readonly ingress: ClassTable; readonly egress: ClassTable }>;
  readonly endpoints: ReadonlyMap<string, PlanEndpoint>;
  readonly ownNode: readonly Address[];
  /** Of groups that no endpoint is under, but would be: no part of what the kernel gets. Undefined: there are none. */
  readonly trial?: TrialTables;
}
