/**
 * What a row's chain does with a packet. Who decided is known by what was counted; what the verdict does is the same for every rule.
 *
 * @module
 */
import type { Decision } from '@firsthop/classifier';
import type { Chain } from '../nft-state.ts';
import { verdictLog } from '../render-log.ts';
import { verdictRules } from '../verdict-rules.ts';

export const answerNames = ['allow', 'drop', 'reject', 'told'] as const;
export type AnswerName = (typeof answerNames)[number];

export interface Answer {
  readonly name: AnswerName;
  /** In the words of nft. */
  readonly verdict: string;
}

interface Kind extends Answer {
  readonly of: Decision['verdict'];
  readonly isTold: boolean;
}

const answers: readonly Kind[] = [
  { name: 'allow', of: 'allow', isTold: false, verdict: 'accept' },
  { name: 'drop', of: 'drop', isTold: true, verdict: 'goto v_drop' },
  { name: 'reject', of: 'reject', isTold: true, verdict: 'goto v_reject' },
  { name: 'told', of: 'allow', isTold: true, verdict: 'goto v_told' },
];

/** What is denied is always told. */
export const answerTo = (decision: Decision | undefined): Answer => {
  if (decision === undefined) throw new Error('a row has a decision that its tables do not have');
  const answer = answers.find(({ of, isTold }) => of === decision.verdict && (of !== 'allow' || isTold === decision.log));
  if (answer === undefined) throw new Error(`there is no verdict ${decision.verdict}`);
  return answer;
};

export const verdictChains: readonly (readonly [string, Chain])[] = answers.flatMap(({ of, verdict, isTold }): [string, Chain][] => (isTold ? [[verdict.slice('goto '.length), { rules: [verdictLog(of), ...verdictRules(of)] }]] : []));
