/**
 * Rules of the judgement: those that nft has no words for, in words of ours. Whoever writes them to the kernel translates them; nobody else has to.
 *
 * A packet is judged in two steps. The chain of its endpoint's group finds the row: address to profile, group and profile to the row's chain. The
 * row's chain finds the verdict: protocol and port in the row's own sets, one for each answer.
 *
 * @module
 */
import type { AnswerName } from './verdict-chains.ts';

/** A rule of a group's chain. */
export interface JudgeRule {
  /** Whose address the other side's is: the destination's of what comes from an endpoint, the source's of what goes to it. */
  readonly way: 'from' | 'to';
  readonly family: 'ip' | 'ip6';
  /** Which addresses it is about: exact ones, or those of ranges. */
  readonly of: 'exact' | 'range';
  /** As `numberName` writes it. */
  readonly group: string;
}

/** What a row's chain looks for: single ports, long ranges of ports, type and code of ICMP. */
export type CellMap = 'ports' | 'spans' | 'icmp';

/** A rule of a row's chain. */
export interface CellRule {
  readonly map: CellMap;
  /** As `numberName` writes it. */
  readonly row: string;
  /** In whose set it looks, and what becomes of the packet if it is there, in the words of nft. */
  readonly answer: AnswerName;
  readonly verdict: string;
}

/** The last rules of a row's chain: what is not in its cells. Counted by name. */
export interface EndRule {
  /** Undefined: whatever comes here. */
  readonly protocol: number | undefined;
  readonly counter: string;
  /** In the words of nft. */
  readonly verdict: string;
}

/** Begins each rule that nft has no words for. */
const REGISTERS = 'registers';

export const judgeRuleText = ({ way, family, of, group }: JudgeRule): string => `${REGISTERS} judge ${way} ${family} ${of} ${group}`;
export const cellRuleText = ({ map, row, answer, verdict }: CellRule): string => `${REGISTERS} cells ${map} ${row} ${answer} ${verdict}`;

const prefixes: Readonly<Record<CellMap, 'c' | 's' | 'i'>> = { ports: 'c', spans: 's', icmp: 'i' };
export const cellSetName = ({ map, row, answer }: Pick<CellRule, 'map' | 'row' | 'answer'>): string => `${prefixes[map]}_${row}_${answer}`;
/** Undefined: it is the name of something else. */
export const parseCellSetName = (name: string): Pick<CellRule, 'map' | 'row' | 'answer'> | undefined => {
  const [, prefix, row, answer] = /^([csi])_([\da-f]{8})_([a-z]+)$/.exec(name) ?? [];
  const map = (Object.keys(prefixes) as CellMap[]).find((one) => prefixes[one] === prefix);
  return map === undefined || row === undefined ? undefined : { map, row, answer: answer as AnswerName };
};
/** These nft has words for; they are here because nobody asks it for them. */
export const endRuleText = ({ protocol, counter, verdict }: EndRule): string => `${protocol === undefined ? '' : `meta l4proto ${protocol} `}counter name "${counter}" ${verdict}`;
const endRule = /^(?:meta l4proto (\d+) )?counter name "(c_[\da-f]{16})" (accept|drop|goto \S+)$/;

export type RegisterRule = ({ readonly what: 'judge' } & JudgeRule) | ({ readonly what: 'cells' } & CellRule) | ({ readonly what: 'end' } & EndRule);

export const registerRuleText = (rule: RegisterRule): string => (rule.what === 'judge' ? judgeRuleText(rule) : rule.what === 'cells' ? cellRuleText(rule) : endRuleText(rule));

/** Undefined: a rule that only nft knows. */
export const parseRegisterRule = (text: string): RegisterRule | undefined => {
  const [word, what, first = '', second = '', ...rest] = text.split(' ');
  if (word === REGISTERS && what === 'judge') {
    const [of, group] = rest;
    return { what, way: first, family: second, of, group } as RegisterRule;
  }
  if (word === REGISTERS && what === 'cells') {
    const [answer, ...verdict] = rest;
    return { what, map: first as CellMap, row: second, answer: answer as AnswerName, verdict: verdict.join(' ') };
  }
  const [, protocol, counter, verdict] = endRule.exec(text) ?? [];
  return counter === undefined || verdict === undefined ? undefined : { what: 'end', protocol: protocol === undefined ? undefined : Number(protocol), counter, verdict };
};
