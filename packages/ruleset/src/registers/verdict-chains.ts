/**
 * What a cell says, as a number. Who decided is known by the cell; what the verdict does is the same for every rule.
 *
 * @module
 */
import type { Decision } from '@firsthop/classifier';
import type { Chain, NftMap } from '../nft-state.ts';
import { verdictLog } from '../render-log.ts';
import { verdictRules } from '../verdict-rules.ts';
import { coveredKey } from './covered-key.ts';
import { numberText } from './numbers.ts';

interface Answer {
  readonly number: number;
  readonly verdict: Decision['verdict'];
  readonly isTold: boolean;
  /** Undefined: a word says it all. */
  readonly chain?: string;
}

const answers: readonly Answer[] = [
  { number: 1, verdict: 'allow', isTold: false },
  { number: 2, verdict: 'drop', isTold: true, chain: 'v_drop' },
  { number: 3, verdict: 'reject', isTold: true, chain: 'v_reject' },
  { number: 4, verdict: 'allow', isTold: true, chain: 'v_told' },
];

const answerTo = (decision: Decision | undefined): Answer => {
  if (decision === undefined) throw new Error('a row has a decision that its tables do not have');
  const answer = answers.find(({ verdict, isTold }) => verdict === decision.verdict && (verdict !== 'allow' || isTold === decision.log));
  if (answer === undefined) throw new Error(`there is no verdict ${decision.verdict}`);
  return answer;
};

const wordOf = ({ verdict, chain }: Answer): string => (chain === undefined ? (verdict === 'allow' ? 'accept' : 'drop') : `goto ${chain}`);

/** As a part of a key. What is denied is always told. */
export const verdictNumber = (decision: Decision | undefined): string => numberText(answerTo(decision).number);
/** As a verdict of nft. */
export const verdictWord = (decision: Decision | undefined): string => wordOf(answerTo(decision));

export const verdictChains: readonly (readonly [string, Chain])[] = answers.flatMap(({ verdict, chain, isTold }): [string, Chain][] => (chain === undefined ? [] : [[chain, { rules: [...(isTold ? [verdictLog(verdict)] : []), ...verdictRules(verdict)] }]]));

/** From number to verdict. A map of cells to verdicts would be walked through by the kernel whenever a rule comes. */
export const verdictsMap: readonly [string, NftMap] = ['verdicts', { type: 'ipv4_addr . ipv4_addr : verdict', interval: false, part: 'meaning', elements: new Map(answers.map((answer) => [coveredKey(numberText(answer.number)), wordOf(answer)])) }];
