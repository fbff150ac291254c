/**
 * Rules that nft has no words for, in words of ours. Whoever writes them to the kernel translates them; nobody else has to.
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

/** How a row's cells are found; the first part of their key. */
export const cellKinds = { port: 1, icmp: 2, protocol: 3, rest: 4 } as const;
export type CellKind = keyof typeof cellKinds;

/** A rule of a row's chain. */
export interface CellRule {
  readonly map: 'cells' | 'spans';
  readonly kind: CellKind;
  /** As `numberName` writes it. */
  readonly row: string;
}

/** Begins each rule that nft has no words for. */
export const REGISTERS = 'registers';

export const judgeRuleText = ({ way, family, of, group }: JudgeRule): string => `${REGISTERS} judge ${way} ${family} ${of} ${group}`;
export const cellRuleText = ({ map, kind, row }: CellRule): string => `${REGISTERS} ${map} ${kind} ${row}`;

/** Undefined: it is a rule of nft's. */
export const parseRegisterRule = (text: string): JudgeRule | CellRule | undefined => {
  const [word, what, ...rest] = text.split(' ');
  if (word !== REGISTERS) return undefined;
  if (what === 'judge') {
    const [way, family, of, group] = rest;
    return { way, family, of, group } as JudgeRule;
  }
  const [kind, row] = rest;
  return { map: what, kind, row } as CellRule;
};
