/**
 * A row to a chain and its cells. The chain does nothing but look for the cells; all of them are made before anything leads to them, and
 * never change.
 *
 * @module
 */
import type { Decision, DecisionId, Row, Step } from '@firsthop/classifier';
import { isIcmp, isTransport } from '@firsthop/netaddr';
import { exceptions, widest } from '../row-parts.ts';
import { numberName, numberText } from './numbers.ts';
import { verdictNumber } from './verdict-chains.ts';
import { type CellKind, cellKinds, cellRuleText } from './words.ts';

export interface Cell {
  readonly key: string;
  /** As `verdictNumber` has it. */
  readonly verdict: string;
  readonly decision: DecisionId;
}

export interface RowCells {
  readonly rules: readonly string[];
  readonly exact: readonly Cell[];
  readonly spans: readonly Cell[];
}

/** A short range costs less as single cells: ranges live in a set whose changes take milliseconds. */
const longestList = 16;

const keyOf = (kind: CellKind, protocol: number, port: number | string): string => `${numberText(cellKinds[kind])} . ${protocol} . ${port}`;

const isShort = ({ first, last }: Step): boolean => last - first < longestList;

interface Told {
  readonly kind: 'port' | 'icmp';
  readonly protocol: number;
  readonly step: Step;
}

export const rowCells = (row: Row, number: number, decisions: ReadonlyMap<DecisionId, Decision>): RowCells => {
  const name = numberName(number);
  const cell = (key: string, decision: DecisionId): Cell => ({ key, verdict: verdictNumber(decisions.get(decision)), decision });
  const protocols = [...row.protocols].sort(([a], [b]) => a - b);
  const told = protocols.flatMap(([protocol, steps]): Told[] => {
    const kind = isTransport(protocol) ? 'port' : isIcmp(protocol) ? 'icmp' : undefined;
    return kind === undefined ? [] : exceptions(steps).map((step) => ({ kind, protocol, step }));
  });
  const wild = protocols.flatMap(([protocol, steps]) => {
    const decision = widest(steps);
    return decision === undefined || decision === row.rest ? [] : [cell(keyOf('protocol', protocol, 0), decision)];
  });
  const [short, long] = [told.filter(({ step }) => isShort(step)), told.filter(({ step }) => !isShort(step))];
  const has = (some: readonly Told[], kind: Told['kind']): boolean => some.some((one) => one.kind === kind);
  const kinds = ['port', 'icmp'] as const;
  return {
    rules: [
      ...kinds.flatMap((kind) => [...(has(short, kind) ? [cellRuleText({ map: 'cells', kind, row: name })] : []), ...(has(long, kind) ? [cellRuleText({ map: 'spans', kind, row: name })] : [])]),
      ...(wild.length > 0 ? [cellRuleText({ map: 'cells', kind: 'protocol', row: name })] : []),
      cellRuleText({ map: 'cells', kind: 'rest', row: name }),
    ],
    exact: [
      ...short.flatMap(({ kind, protocol, step: { first, last, decision } }) => Array.from({ length: last - first + 1 }, (_, i) => cell(keyOf(kind, protocol, first + i), decision))),
      ...wild,
      cell(keyOf('rest', 0, 0), row.rest),
    ],
    spans: long.map(({ kind, protocol, step: { first, last, decision } }) => cell(keyOf(kind, protocol, `${first}-${last}`), decision)),
  };
};
