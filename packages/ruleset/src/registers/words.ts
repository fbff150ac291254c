/**
 * Rules of the judgement: those that nft has no words for, in words of ours. Whoever writes them to the kernel translates them; nobody else has to.
 *
 * A packet is judged in two steps. The chain of its endpoint's group finds the row: address to profile, group and profile to the row's chain. The
 * row's chain finds the verdict: protocol and port in the row's own cells.
 *
 * @module
 */

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

/** Where a row's chain looks for the number of a verdict: by single ports, by long ranges of ports, by type and code of ICMP. */
export type CellMap = 'ports' | 'spans' | 'icmp';

/** A rule of a row's chain. */
export interface CellRule {
  readonly map: CellMap;
  /** As `numberName` writes it. */
  readonly row: string;
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
export const cellRuleText = ({ map, row }: CellRule): string => `${REGISTERS} cells ${map} ${row}`;
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
  if (word === REGISTERS && what === 'cells') return { what, map: first as CellMap, row: second };
  const [, protocol, counter, verdict] = endRule.exec(text) ?? [];
  return counter === undefined || verdict === undefined ? undefined : { what: 'end', protocol: protocol === undefined ? undefined : Number(protocol), counter, verdict };
};
