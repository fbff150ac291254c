/**
 * One connection explained, for people: the verdict, what each end says, and what would have allowed it. Pure.
 *
 * @module
 */
import type { DecisionJson } from '@firsthop/policy';
import { type ProbeResult, refText, ruleText, why } from '../verify/index.ts';

export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly port: string;
}

const sideLines = (side: string, party: string, decision: DecisionJson | undefined): string[] => {
  const head = `  ${side.padEnd(7)}  ${party}  `;
  if (decision === undefined) return [`${head}nobody judges it here: no workload of the input`];
  const { verdict, nearestMiss } = decision;
  const miss = nearestMiss === undefined ? [] : [`           nearest miss: ${refText(nearestMiss.policy)} ${ruleText(nearestMiss.rule)}: ${nearestMiss.detail}`];
  return [`${head}${verdict}: ${why(decision)}`, ...miss];
};

const headline = ({ verdict, egress, ingress }: ProbeResult, { from, to }: Asked): string => {
  if (verdict === 'allow') return 'ALLOWED';
  const isEgress = egress !== undefined && egress.verdict !== 'allow';
  return `${verdict === 'reject' ? 'REJECTED' : 'DENIED'} at ${isEgress || ingress === undefined ? `${from} (egress)` : `${to} (ingress)`}`;
};

export const renderExplanation = (asked: Asked, result: ProbeResult): string =>
  [
    `${headline(result, asked)}  ${asked.from} -> ${asked.to} ${asked.port}`,
    ...sideLines('EGRESS', asked.from, result.egress),
    ...sideLines('INGRESS', asked.to, result.ingress),
    ...(result.monitor === undefined || result.monitor === result.verdict ? [] : [`  MONITOR  ${result.monitor}, if everything that is monitored were enforced`]),
  ].join('\n');
