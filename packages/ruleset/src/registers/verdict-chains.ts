/**
 * What a cell says. A verdict that is more than a word has a chain, the same for every rule; who decided is known by the cell.
 *
 * @module
 */
import type { Decision } from '@firsthop/classifier';
import type { Chain } from '../nft-state.ts';
import { verdictRules } from '../verdict-rules.ts';

const rejectChain = 'v_reject';

export const verdictOf = (decision: Decision | undefined): string => {
  if (decision === undefined) throw new Error('a row has a decision that its tables do not have');
  if (decision.verdict === 'reject') return `goto ${rejectChain}`;
  return decision.verdict === 'allow' ? 'accept' : 'drop';
};

export const verdictChains: readonly (readonly [string, Chain])[] = [[rejectChain, { rules: verdictRules('reject') }]];
