/**
 * What a cell says, as a number. Who decided is known by the cell; what the verdict does is the same for every rule.
 *
 * @module
 */
import type { Decision } from '@firsthop/classifier';
import type { Chain, NftMap } from '../nft-state.ts';
import { verdictRules } from '../verdict-rules.ts';
import { coveredKey } from './covered-key.ts';
import { numberText } from './numbers.ts';

type Verdict = Decision['verdict'];

const numbers: Readonly<Record<Verdict, number>> = { allow: 1, drop: 2, reject: 3 };
const chainOf = (verdict: Verdict): string => `v_${verdict}`;

export const verdictNumber = (decision: Decision | undefined): string => {
  if (decision === undefined) throw new Error('a row has a decision that its tables do not have');
  return numberText(numbers[decision.verdict]);
};

const verdicts = Object.keys(numbers) as Verdict[];
const targetOf = (verdict: Verdict): string => (verdict === 'allow' ? 'accept' : `goto ${chainOf(verdict)}`);

export const verdictChains: readonly (readonly [string, Chain])[] = verdicts.filter((verdict) => verdict !== 'allow').map((verdict) => [chainOf(verdict), { rules: verdictRules(verdict) }]);

/** From number to verdict. A map of cells to verdicts would be walked through by the kernel whenever a rule comes. */
export const verdictsMap: readonly [string, NftMap] = ['verdicts', { type: 'ipv4_addr . ipv4_addr : verdict', interval: false, part: 'meaning', elements: new Map(verdicts.map((verdict) => [coveredKey(numberText(numbers[verdict])), targetOf(verdict)])) }];
