/**
 * Why a pair of parties may talk: the rules and defaults that allow it at both ends, in words.
 *
 * @module
 */
import type { Decision, Row } from '@firsthop/classifier';
import { type Address, formatPortRange, isTransport, protocolName } from '@firsthop/netaddr';
import type { Direction } from '@firsthop/policy';
import type { Seat } from './end.ts';
import type { Spot } from './parties.ts';

const policyText = ({ policy, rule }: Decision['attribution']): string => {
  const name = policy === undefined ? 'a policy' : `${policy.kind} ${policy.namespace === undefined ? '' : `${policy.namespace}/`}${policy.name}`;
  return rule === undefined ? name : `${name} rule ${rule.index}${rule.name === undefined ? '' : ` "${rule.name}"`}`;
};

/** `tier application: SecurityPolicy shop/db rule 0 "from-web"`. */
export const decisionText = ({ verdict, attribution }: Pick<Decision, 'verdict' | 'attribution'>): string => {
  const { reason, tier } = attribution;
  switch (reason) {
    case 'rule':
      return `${tier === undefined ? '' : `tier ${tier}: `}${policyText(attribution)}`;
    case 'tierDefault':
      return `the default of tier ${tier ?? ''}`;
    case 'isolated':
      return `isolation by ${(attribution.isolatedBy ?? []).map((policy) => policyText({ ...attribution, policy })).join(', ')}`;
    case 'workloadDefault':
      return verdict === 'allow' ? 'no policy decides: open by default' : 'no policy decides: closed by default';
  }
};

const where = (protocol: number, first: number, last: number): string => (isTransport(protocol) && (first > 1 || last < 65_535) ? `${protocolName(protocol)} ${formatPortRange({ first, last })}` : protocolName(protocol));

/** What each allowing decision of a row is about. */
const allowing = (row: Row, { tables }: Seat): Map<string, string[]> => {
  const reasons = new Map<string, string[]>();
  const add = (id: Row['rest'], about: string): void => {
    const decision = tables.decision(id);
    if (decision.verdict === 'allow') reasons.set(decisionText(decision), [...(reasons.get(decisionText(decision)) ?? []), about]);
  };
  for (const [protocol, steps] of row.protocols) for (const { first, last, decision } of steps) add(decision, where(protocol, first, last));
  add(row.rest, row.protocols.size === 0 ? 'everything' : 'all else');
  return reasons;
};

const atEnd = (seat: Seat | undefined, direction: Direction, remote: Address): string[] => {
  if (seat === undefined) return [];
  const { tables, judge } = seat;
  const isOwn = tables.isOwnNode(judge, remote);
  if (isOwn && direction === 'ingress') return ['ingress: its own node always reaches it'];
  const row = tables.row(judge, direction, tables.classOf(remote), isOwn);
  return [...allowing(row, seat)].map(([reason, about]) => `${direction}: ${reason} (${about.join(', ')})`);
};

/** One line a reason, without repeats. */
export const reasonsOf = (from: readonly Spot[], to: readonly Spot[]): string[] => {
  const lines = new Set<string>();
  for (const source of from)
    for (const destination of to) {
      const [a, b] = [source.places[0]?.address, destination.places[0]?.address];
      if (a === undefined || b === undefined) continue;
      for (const line of [...atEnd(source.seat, 'egress', b), ...atEnd(destination.seat, 'ingress', a)]) lines.add(line);
    }
  return [...lines];
};
