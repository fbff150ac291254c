/**
 * Class tables written by hand, where a test is about what the kernel does with them and not about where they come from. Pure.
 *
 * @module
 */
import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import type { PlanEndpoint, PolicyGroupId } from '@firsthop/plan';

/** A decision of some rule. `digit` makes its id. */
export const decisionOf = (digit: string, verdict: Decision['verdict'], log = false): Decision => ({ id: digit.repeat(16) as DecisionId, verdict, log, attribution: { reason: 'rule', direction: 'ingress' } });

/** First and last port (type * 256 + code for ICMP), in order. */
export type PortSteps = readonly (readonly [first: number, last: number, decision: Decision])[];

/** `rest` decides wherever the steps of a protocol say nothing. */
export const rowOf = (digit: string, rest: Decision, protocols: Readonly<Record<number, PortSteps>> = {}): Row => ({
  id: digit.repeat(16) as RowId,
  rest: rest.id,
  protocols: new Map(Object.entries(protocols).map(([protocol, steps]) => [Number(protocol), whole(steps, rest)])),
});

const whole = (steps: PortSteps, rest: Decision): { first: number; last: number; decision: DecisionId }[] => {
  const all: { first: number; last: number; decision: DecisionId }[] = [];
  let next = 0;
  for (const [first, last, decision] of steps) {
    if (first > next) all.push({ first: next, last: first - 1, decision: rest.id });
    all.push({ first, last, decision: decision.id });
    next = last + 1;
  }
  return next > 65_535 ? all : [...all, { first: next, last: 65_535, decision: rest.id }];
};

/** One row for everybody, or one for each class. */
type Side = Row | ReadonlyMap<number, Row>;

export interface HandMade {
  readonly decisions: readonly Decision[];
  readonly groups: Readonly<Record<string, { readonly ingress: Side; readonly egress: Side }>>;
  readonly endpoints: readonly PlanEndpoint[];
  /** Classes of addresses; all others are of class 0. */
  readonly addresses?: ClassTables['addresses'];
}

const rowsOf = (side: Side): ReadonlyMap<number, Row> => ('id' in side ? new Map([[0, side]]) : side);
const tableOf = (side: Side) => ({ rows: new Map([...rowsOf(side)].map(([id, row]) => [id, row.id])) });

export const handMadeTables = ({ decisions, groups, endpoints, addresses = new Map() }: HandMade): ClassTables => ({
  addresses,
  ranges: [],
  rows: new Map(Object.values(groups).flatMap(({ ingress, egress }) => [ingress, egress].flatMap((side) => [...rowsOf(side).values()].map((row): [RowId, Row] => [row.id, row])))),
  decisions: new Map(decisions.map((one) => [one.id, one])),
  groups: new Map(Object.entries(groups).map(([name, { ingress, egress }]) => [name as PolicyGroupId, { ingress: tableOf(ingress), egress: tableOf(egress) }])),
  endpoints: new Map(endpoints.map((one) => [one.id, one])),
  ownNode: [],
});
