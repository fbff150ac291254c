/**
 * Rules that nft has no words for, in words of ours. Whoever writes them to the kernel translates them; nobody else has to.
 *
 * A packet is judged in two steps. A chain per direction finds the row: interface to group, address to profile, both to the row's chain. The row's
 * chain finds the verdict: protocol and port under the row's number.
 *
 * @module
 */
export type Way = 'from' | 'to';
/** What an endpoint is known by: its interface, or interface and address behind a bridge. */
export type KnownBy = 'if' | 'br';

/** A rule of a judging chain. */
export interface JudgeRule {
  readonly way: Way;
  readonly by: KnownBy;
  /** `any`: no address is looked at. */
  readonly family: 'ip' | 'ip6' | 'any';
  /** Which addresses of the other side it is about: exact ones, those of ranges, or everybody. */
  readonly of: 'exact' | 'range' | 'all';
  /** Looks for a row, or goes to the chain for everybody, since the address is known and must not be looked for again. */
  readonly find: 'row' | 'all';
}

/** How cells of a row are found; their number is the first part of the key. */
export const cellKinds = { port: 1, icmp: 2, protocol: 3, rest: 4 } as const;
export type CellKind = keyof typeof cellKinds;

/** A rule of a row's chain. */
export interface CellRule {
  readonly map: 'cells' | 'spans';
  readonly kind: CellKind;
  /** As `numberText` writes it. */
  readonly row: string;
}

/** Begins each rule that nft has no words for. */
export const REGISTERS = 'registers';

export const judgeRuleText = ({ way, by, family, of, find }: JudgeRule): string => `${REGISTERS} judge ${way} ${by} ${family} ${of} ${find}`;
export const cellRuleText = ({ map, kind, row }: CellRule): string => `${REGISTERS} ${map} ${kind} ${row}`;

/** Undefined: it is a rule of nft's. */
export const parseRegisterRule = (text: string): JudgeRule | CellRule | undefined => {
  const [word, what, ...rest] = text.split(' ');
  if (word !== REGISTERS) return undefined;
  if (what === 'judge') {
    const [way, by, family, of, find] = rest;
    return { way, by, family, of, find } as JudgeRule;
  }
  const [kind, row] = rest;
  return { map: what, kind, row } as CellRule;
};

export const judgeChain = (way: Way, by: KnownBy): string => `judge_${way}_${by}`;
export const judgeAllChain = (way: Way, by: KnownBy): string => `${judgeChain(way, by)}_all`;
