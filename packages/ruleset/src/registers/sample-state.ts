/**
 * A small ruleset in registers in which every kind of rule is, to try on a host before it gets one.
 *
 * @module
 */
import type { ClassTables, Decision, DecisionId, Row, RowId, Step } from '@firsthop/classifier';
import { ipv4, isIcmp } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import type { NftState } from '../nft-state.ts';
import { renderRuleset } from '../render-ruleset.ts';
import { registerEncoding } from './register-encoding.ts';

const decision = (digit: string, verdict: Decision['verdict']): Decision => ({ id: digit.repeat(16) as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [allow, drop, reject] = [decision('a', 'allow'), decision('d', 'drop'), decision('e', 'reject')];

/** One number and a long range are told apart from the rest. */
const steps = (last: Decision): Step[] => [
  { first: 0, last: 79, decision: drop.id },
  { first: 80, last: 80, decision: allow.id },
  { first: 81, last: 999, decision: drop.id },
  { first: 1000, last: 1999, decision: reject.id },
  { first: 2000, last: 65_535, decision: last.id },
];

const open: Row = { id: '1'.repeat(16) as RowId, protocols: new Map(), rest: allow.id };
const mixed: Row = { id: '2'.repeat(16) as RowId, protocols: new Map([1, 6, 17, 47].map((protocol) => [protocol, isIcmp(protocol) || protocol === 6 ? steps(drop) : [{ first: 0, last: 65_535, decision: allow.id }]])), rest: drop.id };

export const sampleRegisterState = (): NftState => {
  const group = 'sample' as PolicyGroupId;
  const side = { rows: new Map([[0, mixed.id], [1, open.id], [2, open.id]]) };
  const tables: ClassTables = {
    addresses: new Map([[ipv4(0x0a00_0002), 1]]),
    ranges: [{ range: { first: ipv4(0x0a01_0000), last: ipv4(0x0a01_ffff) }, class: 2 }],
    rows: new Map([open, mixed].map((row) => [row.id, row])),
    decisions: new Map([allow, drop, reject].map((one) => [one.id, one])),
    groups: new Map([[group, { ingress: side, egress: side }]]),
    endpoints: new Map([['sample', { id: 'sample', kind: 'pod' as const, workload: 'sample', addresses: [ipv4(0x0a00_0001)], allowedAddresses: [], policyGroup: group }]]),
    ownNode: [],
  };
  return renderRuleset({ tables, bindings: [{ endpoint: 'sample', via: { kind: 'routed', device: 'sample0' } }], host: { exclusivePrefixes: ['sample'] } }, registerEncoding());
};
