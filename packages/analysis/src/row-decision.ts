/**
 * What a row decides, in the evaluator's words.
 *
 * @module
 */
import type { Decision as Judged, DecisionId, Row } from '@firsthop/classifier';
import type { Decision } from '@firsthop/policy';

/** `port`: type * 256 + code for ICMP, 0 for protocols without ports. */
export const decisionAt = ({ protocols, rest }: Row, protocol: number, port: number): DecisionId => {
  const steps = protocols.get(protocol);
  if (steps === undefined) return rest;
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle]?.first ?? 0) <= port) low = middle;
    else high = middle - 1;
  }
  return steps[low]?.decision ?? rest;
};

export const decisionOf = ({ verdict, attribution, log }: Judged): Decision => {
  const { direction, ...rest } = attribution;
  return { verdict, ...rest, ...(log && direction !== undefined ? { log } : {}) } as Decision;
};
