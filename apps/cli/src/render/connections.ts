/**
 * `connectivity`'s answer in every format. Pure.
 *
 * @module
 */
import type { Connection } from '@firsthop/analysis';
import { assertNever, compareText } from '@firsthop/base';
import { renderDot } from './dot-graph.ts';
import { renderMatrix } from './svg-matrix.ts';
import { renderColumns, renderCsv, renderMarkdown, type Table } from './table.ts';

export const connectionFormats = ['table', 'csv', 'md', 'dot', 'svg'] as const;
export type ConnectionFormat = (typeof connectionFormats)[number];

export const sortConnections = (connections: readonly Connection[]): Connection[] => [...connections].sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to) || compareText(a.allowed, b.allowed));

/** With --explain, each reason on a line of its own below. */
const explained = (list: readonly Connection[]): readonly (readonly string[])[] => list.flatMap(({ from, to, allowed, because = [] }) => [[from, to, allowed], ...because.map((reason) => ['', '', `  ${reason}`])]);

const tableOf = (list: readonly Connection[], isRecord: boolean): Table => {
  const hasReasons = list.some(({ because }) => because !== undefined);
  if (!isRecord || !hasReasons) return { head: ['from', 'to', 'allowed'], rows: isRecord ? list.map(({ from, to, allowed }) => [from, to, allowed]) : explained(list) };
  return { head: ['from', 'to', 'allowed', 'because'], rows: list.map(({ from, to, allowed, because = [] }) => [from, to, allowed, because.join('; ')]) };
};

const svg = (list: readonly Connection[]): string =>
  renderMatrix(
    'Who may talk to whom',
    list.map(({ from, to, allowed, because = [] }) => ({ from, to, mark: allowed === 'All' || allowed.startsWith('All;') ? 'all' : 'some', title: [`${from} → ${to}: ${allowed}`, ...because].join('\n') })),
    ['all', 'some'],
  );

export const renderConnections = (format: ConnectionFormat, connections: readonly Connection[]): string => {
  const list = sortConnections(connections);
  switch (format) {
    case 'table':
      return list.length === 0 ? 'Nobody may talk to anybody.' : renderColumns(tableOf(list, false));
    case 'csv':
      return renderCsv(tableOf(list, true));
    case 'md':
      return renderMarkdown(tableOf(list, true));
    case 'dot':
      return renderDot(list.map(({ from, to, allowed }) => ({ from, to, label: allowed })));
    case 'svg':
      return svg(list);
    default:
      return assertNever(format);
  }
};
