/**
 * Questions to class tables: the lookups that the kernel does, in the same order.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import type { ClassId, ClassTables, Decision, DecisionId, Row } from './class-table.ts';
import { findRange } from './cut-ranges.ts';

export interface Question {
  readonly group: PolicyGroupId;
  readonly direction: 'ingress' | 'egress';
  /** Of the other side. */
  readonly address: Address;
  readonly protocol: number;
  /** Destination port; type * 256 + code for ICMP; 0 for protocols without ports. */
  readonly port: number;
}

export const classOf = ({ addresses, ranges }: ClassTables, address: Address): ClassId => addresses.get(address) ?? findRange(ranges, address)?.class ?? 0;

const decisionIn = ({ protocols, rest }: Row, { protocol, port }: Question): DecisionId => {
  const steps = protocols.get(protocol);
  if (steps === undefined) return rest;
  const step = steps.find(({ first, last }) => first <= port && port <= last);
  if (step === undefined) throw new RangeError(`no step holds port ${port}`);
  return step.decision;
};

/** Only groups of these tables can be asked about: another one is a bug of the caller. */
export const judge = (tables: Omit<ClassTables, 'trial'>, question: Question): Decision => {
  const rows = tables.groups.get(question.group)?.[question.direction].rows;
  const id = rows?.get(classOf(tables, question.address)) ?? rows?.get(0);
  const row = id === undefined ? undefined : tables.rows.get(id);
  const decision = row === undefined ? undefined : tables.decisions.get(decisionIn(row, question));
  if (decision === undefined) throw new Error(`policy group ${question.group} is not in these tables`);
  return decision;
};

/** The same, if all that is on trial were in force. `group`: the endpoint's trial group, or its own where it has none. */
export const judgeOnTrial = ({ trial, ...tables }: ClassTables, question: Question): Decision => judge(trial?.groups.has(question.group) === true ? { ...tables, ...trial } : tables, question);
