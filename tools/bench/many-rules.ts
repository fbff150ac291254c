/**
 * Class tables of one endpoint under very many rules: each rule lets one peer group in at one port and has a decision of its own.
 *
 * @module
 */
import type { ClassTables, Decision, DecisionId, Row, RowId, Step } from '@firsthop/classifier';
import { type Address, ipv4 } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';

const portsPerGroup = 100;
const firstPort = 10_000;
const addressesPerGroup = 2;

const id = (kind: string, i: number): string => `${kind}${i.toString(16).padStart(15, '0')}`;
const decision = (name: string, verdict: Decision['verdict']): Decision => ({ id: name as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [open, closed] = [decision(id('a', 0), 'allow'), decision(id('d', 0), 'drop')];

const peerAddress = (group: number, i: number): Address => ipv4(0x0b00_0000 + group * addressesPerGroup + i);

const rowOf = (group: number): { readonly row: Row; readonly decisions: readonly Decision[] } => {
  const decisions = Array.from({ length: portsPerGroup }, (_, i) => decision(id('1', group * portsPerGroup + i), 'allow'));
  const steps: Step[] = decisions.map(({ id: name }, i) => ({ first: firstPort + i, last: firstPort + i, decision: name }));
  const all = [{ first: 0, last: firstPort - 1, decision: closed.id }, ...steps, { first: firstPort + portsPerGroup, last: 65_535, decision: closed.id }];
  return { row: { id: id('2', group) as RowId, protocols: new Map([[6, all]]), rest: closed.id }, decisions };
};

export interface ManyRules {
  readonly rules: number;
  readonly endpoint: Address;
  /** Peers beside the generated ones: one that every rule set lets in at `port`, by the last rule. */
  readonly client?: Address;
}

/** The port of the last rule of each group. */
export const lastPort: number = firstPort + portsPerGroup - 1;

/** No rules: everything is open, as it is without any policy. */
export const manyRules = ({ rules, endpoint, client }: ManyRules): ClassTables => {
  const groups = Math.ceil(rules / portsPerGroup);
  const made = Array.from({ length: groups }, (_, group) => rowOf(group));
  const everybody: Row = { id: id('3', rules === 0 ? 0 : 1) as RowId, protocols: new Map(), rest: rules === 0 ? open.id : closed.id };
  const free: Row = { id: id('3', 0) as RowId, protocols: new Map(), rest: open.id };
  const rows = [everybody, free, ...made.map(({ row }) => row)];
  const addresses = made.flatMap((_, group) => [...Array.from({ length: addressesPerGroup }, (_unused, i): [Address, number] => [peerAddress(group, i), group + 1]), ...(client !== undefined && group === groups - 1 ? [[client, group + 1] satisfies [Address, number]] : [])]);
  const group = 'bench' as PolicyGroupId;
  return {
    addresses: new Map(addresses),
    ranges: [],
    rows: new Map(rows.map((row) => [row.id, row])),
    decisions: new Map([open, closed, ...made.flatMap(({ decisions }) => decisions)].map((one) => [one.id, one])),
    groups: new Map([[group, { ingress: { rows: new Map([[0, everybody.id], ...made.map(({ row }, i): [number, RowId] => [i + 1, row.id])]) }, egress: { rows: new Map([[0, free.id]]) } }]]),
    endpoints: new Map([['e', { id: 'e', kind: 'pod' as const, workload: 'bench/e', addresses: [endpoint], allowedAddresses: [], policyGroup: group }]]),
    ownNode: [],
  };
};
