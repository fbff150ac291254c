/**
 * `diff`'s answer in every format. Pure.
 *
 * @module
 */
import type { ConnectionDifference } from '@firsthop/analysis';
import { assertNever, compareKeys } from '@firsthop/base';
import { renderDot } from './dot-graph.ts';
import { renderJunit } from './junit.ts';
import { sarifLog } from './sarif.ts';
import { renderMatrix } from './svg-matrix.ts';
import { renderColumns, renderCsv, renderMarkdown, type Table } from './table.ts';

export const differenceFormats = ['table', 'csv', 'md', 'dot', 'svg', 'junit'] as const;
export type DifferenceFormat = (typeof differenceFormats)[number];

const changes = ['added', 'removed', 'changed'] as const;

export const sortDifferences = (differences: readonly ConnectionDifference[]): ConnectionDifference[] => [...differences].sort((a, b) => compareKeys([changes.indexOf(a.change), a.from, a.to], [changes.indexOf(b.change), b.from, b.to]));

export const differencesJson = (differences: readonly ConnectionDifference[]): object => {
  const list = sortDifferences(differences);
  const of = (change: ConnectionDifference['change']): ConnectionDifference[] => list.filter((one) => one.change === change);
  return {
    added: of('added').map(({ from, to, after = '' }) => ({ from, to, allowed: after })),
    removed: of('removed').map(({ from, to, before = '' }) => ({ from, to, allowed: before })),
    changed: of('changed').map(({ from, to, before = '', after = '' }) => ({ from, to, before, after })),
  };
};

const summary = (list: readonly ConnectionDifference[]): string => changes.map((change) => `${list.filter((one) => one.change === change).length} ${change}`).join(', ');

const tableOf = (list: readonly ConnectionDifference[]): Table => ({ head: ['change', 'from', 'to', 'before', 'after'], rows: list.map(({ change, from, to, before = '', after = '' }) => [change, from, to, before, after]) });

/** For people an empty cell looks like an oversight. */
const dashed = ({ head, rows }: Table): Table => ({ head, rows: rows.map((row) => row.map((cell) => (cell === '' ? '-' : cell))) });

const sentence = ({ change, from, to, before = '', after = '' }: ConnectionDifference): string => {
  switch (change) {
    case 'added':
      return `${from} may now talk to ${to}: ${after}`;
    case 'removed':
      return `${from} may no longer talk to ${to}: it was ${before}`;
    case 'changed':
      return `${from} to ${to}: ${before} becomes ${after}`;
    default:
      return assertNever(change);
  }
};

const looks = { added: 'color="#1a7f37", fontcolor="#1a7f37"', removed: 'color="#b42318", fontcolor="#b42318", style=dashed', changed: 'color="#9a6700", fontcolor="#9a6700"' } as const;
const labelOf = ({ change, before = '', after = '' }: ConnectionDifference): string => (change === 'added' ? `+ ${after}` : change === 'removed' ? `- ${before}` : `${before} → ${after}`);

const junit = (list: readonly ConnectionDifference[]): string =>
  renderJunit('firsthop diff', list.length === 0 ? [{ name: 'connectivity is unchanged', className: 'firsthop.diff' }] : list.map((one) => ({ name: `${one.from} -> ${one.to}`, className: `firsthop.diff.${one.change}`, failure: { message: sentence(one), text: sentence(one) } })));

/** `file`: where the change was made, as nearly as that can be said. */
export const differencesSarif = (version: string, differences: readonly ConnectionDifference[], file: string): unknown =>
  sarifLog(
    version,
    [
      { id: 'connection-added', text: 'A connection becomes possible' },
      { id: 'connection-removed', text: 'A connection is no longer possible' },
      { id: 'connection-changed', text: 'The ports of a connection change' },
    ],
    sortDifferences(differences).map((one) => ({ ruleId: `connection-${one.change}`, level: one.change === 'removed' ? 'note' : 'warning', text: sentence(one), file })),
  );

export const renderDifferences = (format: DifferenceFormat, differences: readonly ConnectionDifference[]): string => {
  const list = sortDifferences(differences);
  switch (format) {
    case 'table':
      return list.length === 0 ? 'No difference.' : `${renderColumns(dashed(tableOf(list)))}\n${summary(list)}`;
    case 'csv':
      return renderCsv(tableOf(list));
    case 'md':
      return list.length === 0 ? 'Connectivity is unchanged.' : `${renderMarkdown({ ...dashed(tableOf(list)), head: ['change', 'source', 'destination', 'before', 'after'] })}\n\n${summary(list)}`;
    case 'dot':
      return renderDot(list.map((one) => ({ from: one.from, to: one.to, label: labelOf(one), look: looks[one.change] })));
    case 'svg':
      return renderMatrix('What changes', list.map((one) => ({ from: one.from, to: one.to, mark: one.change, title: sentence(one) })), changes);
    case 'junit':
      return junit(list);
    default:
      return assertNever(format);
  }
};
