/**
 * One connection explained, for people: the verdict, the ladder at each end, and what would have allowed it. Pure.
 *
 * @module
 */
import type { DecisionJson, Ladder } from '@firsthop/policy';
import { type ProbeResult, refText, ruleText, why } from '../verify/index.ts';
import { ladderLines } from './ladder.ts';

export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly port: string;
}

export interface Explanation {
  readonly result: ProbeResult;
  /** Undefined: nobody judges at that end. */
  readonly egress: Ladder | undefined;
  readonly ingress: Ladder | undefined;
  readonly withClusters: boolean;
}

const sideLines = (head: string, decision: DecisionJson | undefined, ladder: Ladder | undefined, withClusters: boolean): string[] => {
  if (decision === undefined || ladder === undefined) return [`  ${head}: nobody judges it here, for it is no workload of the input`];
  const { verdict, nearestMiss } = decision;
  const miss = nearestMiss === undefined ? [] : [`    nearest miss: ${refText(nearestMiss.policy)} ${ruleText(nearestMiss.rule)}: ${nearestMiss.detail}`];
  return [`  ${head}: ${verdict}, ${why(decision)}`, ...ladderLines(ladder, withClusters).map((line) => `    ${line}`), ...miss];
};

const headline = ({ verdict, egress, ingress }: ProbeResult, { from, to }: Asked): string => {
  if (verdict === 'allow') return 'ALLOWED';
  const isEgress = egress !== undefined && egress.verdict !== 'allow';
  return `${verdict === 'reject' ? 'REJECTED' : 'DENIED'} at ${isEgress || ingress === undefined ? `${from} (egress)` : `${to} (ingress)`}`;
};

export const renderExplanation = (asked: Asked, { result, egress, ingress, withClusters }: Explanation): string =>
  [
    `${headline(result, asked)}  ${asked.from} -> ${asked.to} ${asked.port}`,
    ...sideLines(`EGRESS  ${asked.from}`, result.egress, egress, withClusters),
    ...sideLines(`INGRESS  ${asked.to}`, result.ingress, ingress, withClusters),
    ...(result.monitor === undefined || result.monitor === result.verdict ? [] : [`  MONITOR  ${result.monitor}, if everything that is monitored were enforced`]),
  ].join('\n');
