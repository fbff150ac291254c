/**
 * A row to a chain and its cells. The chain looks for the cells, and ends with what none of them says; all of them are made before anything leads
 * to them, and never change.
 *
 * @module
 */
import type { Decision, DecisionId, Row, Step } from '@firsthop/classifier';
import { isIcmp, isTransport } from '@firsthop/netaddr';
import { decisionCounter } from '../names.ts';
import { exceptions, widest } from '../row-parts.ts';
import { numberName } from './numbers.ts';
import { verdictNumber, verdictWord } from './verdict-chains.ts';
import { type CellMap, cellRuleText, endRuleText } from './words.ts';

export interface Cell {
  readonly key: string;
  /** As `verdictNumber` has it. */
  readonly verdict: string;
  readonly decision: DecisionId;
}

export interface RowCells {
  readonly rules: readonly string[];
  readonly cells: Readonly<Record<CellMap, readonly Cell[]>>;
  /** Of the rules, not of the cells. */
  readonly counters: readonly string[];
}

/** A short range costs less as single cells: ranges live in a set whose changes take milliseconds. */
const longestList = 16;

const widthOf = ({ first, last }: Step): number => last - first + 1;
const numbersIn = ({ first, last }: Step): string[] => Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
/** As the kernel gives it back. */
const rangeOf = ({ first, last }: Step): string[] => [first === last ? String(first) : `${first}-${last}`];

const maps: readonly { readonly map: CellMap; readonly holds: (protocol: number, step: Step) => boolean; readonly keys: (step: Step) => string[] }[] = [
  { map: 'ports', holds: (protocol, step) => isTransport(protocol) && widthOf(step) <= longestList, keys: numbersIn },
  { map: 'spans', holds: (protocol, step) => isTransport(protocol) && widthOf(step) > longestList, keys: rangeOf },
  { map: 'icmp', holds: isIcmp, keys: rangeOf },
];

export const rowCells = (row: Row, number: number, decisions: ReadonlyMap<DecisionId, Decision>): RowCells => {
  const protocols = [...row.protocols].sort(([a], [b]) => a - b);
  const told = protocols.flatMap(([protocol, steps]) => exceptions(steps).map((step) => ({ protocol, step })));
  const cellsOf = ({ holds, keys }: (typeof maps)[number]): Cell[] =>
    told.filter(({ protocol, step }) => holds(protocol, step)).flatMap(({ protocol, step }) => keys(step).map((key): Cell => ({ key: `${protocol} . ${key}`, verdict: verdictNumber(decisions.get(step.decision)), decision: step.decision })));
  const cells = Object.fromEntries(maps.map((one) => [one.map, cellsOf(one)])) as unknown as Record<CellMap, readonly Cell[]>;
  const wild = protocols.flatMap(([protocol, steps]) => {
    const decision = widest(steps);
    return decision === undefined || decision === row.rest ? [] : [{ protocol, decision }];
  });
  const ends = [...wild, { protocol: undefined, decision: row.rest }];
  return {
    rules: [
      ...maps.flatMap(({ map }) => (cells[map].length > 0 ? [cellRuleText({ map, row: numberName(number) })] : [])),
      ...ends.map(({ protocol, decision }) => endRuleText({ protocol, counter: decisionCounter(decision), verdict: verdictWord(decisions.get(decision)) })),
    ],
    cells,
    counters: ends.map(({ decision }) => decisionCounter(decision)),
  };
};
