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
import { type Answer, type AnswerName, answerNames, answerTo } from './verdict-chains.ts';
import { type CellMap, cellRuleText, endRuleText } from './words.ts';

export interface Cell {
  readonly key: string;
  readonly decision: DecisionId;
}

/** All of one kind that have the same answer. */
export interface Cells {
  readonly map: CellMap;
  readonly answer: AnswerName;
  readonly cells: readonly Cell[];
}

export interface RowCells {
  readonly rules: readonly string[];
  readonly sets: readonly Cells[];
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
  const answerOf = (decision: DecisionId): Answer => answerTo(decisions.get(decision));
  const protocols = [...row.protocols].sort(([a], [b]) => a - b);
  const told = protocols.flatMap(([protocol, steps]) => exceptions(steps).map((step) => ({ protocol, step, answer: answerOf(step.decision).name })));
  const sets = maps.flatMap(({ map, holds, keys }) =>
    answerNames.flatMap((answer): Cells[] => {
      const some = told.filter((one) => one.answer === answer && holds(one.protocol, one.step));
      const cells = some.flatMap(({ protocol, step }) => keys(step).map((key): Cell => ({ key: `${protocol} . ${key}`, decision: step.decision })));
      return cells.length === 0 ? [] : [{ map, answer, cells }];
    }),
  );
  const wild = protocols.flatMap(([protocol, steps]) => {
    const decision = widest(steps);
    return decision === undefined || decision === row.rest ? [] : [{ protocol, decision }];
  });
  const ends = [...wild, { protocol: undefined, decision: row.rest }];
  const verdictOf = (cells: readonly Cell[]): string => answerOf(cells[0]?.decision ?? row.rest).verdict;
  return {
    rules: [
      ...sets.map(({ map, answer, cells }) => cellRuleText({ map, row: numberName(number), answer, verdict: verdictOf(cells) })),
      ...ends.map(({ protocol, decision }) => endRuleText({ protocol, counter: decisionCounter(decision), verdict: answerOf(decision).verdict })),
    ],
    sets,
    counters: ends.map(({ decision }) => decisionCounter(decision)),
  };
};
