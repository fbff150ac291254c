/**
 * The chains that find the row of a packet: the same for every plan.
 *
 * Exact addresses first, then ranges, then everybody. An address that is known exactly never falls through to a range: its profile already counts
 * the ranges in.
 *
 * @module
 */
import type { Judgement } from '../encoding.ts';
import type { Chain } from '../nft-state.ts';
import { judgeAllChain, judgeChain, type JudgeRule, judgeRuleText, type KnownBy, type Way } from './words.ts';

const ways: readonly Way[] = ['from', 'to'];
const knownBys: readonly KnownBy[] = ['if', 'br'];
const families = ['ip', 'ip6'] as const;

const chainsOf = (way: Way, by: KnownBy): [string, Chain][] => {
  const texts = (family: JudgeRule['family'], some: readonly Pick<JudgeRule, 'of' | 'find'>[]): string[] => some.map((one) => judgeRuleText({ way, by, family, ...one }));
  const known = families.flatMap((family) => texts(family, [{ of: 'exact', find: 'row' }, { of: 'exact', find: 'all' }, { of: 'range', find: 'row' }]));
  // Behind a bridge the endpoint's own address has a family.
  const everybody = (by === 'if' ? (['any'] as const) : families).flatMap((family) => texts(family, [{ of: 'all', find: 'row' }]));
  return [
    [judgeChain(way, by), { rules: [...known, `goto ${judgeAllChain(way, by)}`] }],
    [judgeAllChain(way, by), { rules: everybody }],
  ];
};

export const judgingChains: readonly (readonly [string, Chain])[] = ways.flatMap((way) => knownBys.flatMap((by) => chainsOf(way, by)));

const jumps = (way: Way): string[] => knownBys.map((by) => `jump ${judgeChain(way, by)}`);

/** An interface that is not found comes back. */
export const judgingDispatch: Judgement['dispatch'] = { from: jumps('from'), to: jumps('to') };
