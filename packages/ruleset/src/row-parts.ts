/**
 * A row's function as an answer for most and exceptions from it: only the exceptions are listed.
 *
 * @module
 */
import type { DecisionId, Step } from '@firsthop/classifier';

/** The decision that most numbers of a protocol get: its wildcard. */
export const widest = (steps: readonly Step[]): DecisionId | undefined => {
  const widths = new Map<DecisionId, number>();
  for (const { first, last, decision } of steps) widths.set(decision, (widths.get(decision) ?? 0) + last - first + 1);
  return [...widths].sort(([, a], [, b]) => b - a)[0]?.[0];
};

export const exceptions = (steps: readonly Step[]): Step[] => {
  const wild = widest(steps);
  return steps.filter(({ decision }) => decision !== wild);
};
