/**
 * Rows of texts as aligned columns, as CSV and as Markdown.
 *
 * @module
 */
import { csv, markdown } from './escape.ts';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A cell is one line, whatever its name holds. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n\t]+/g, ' ');

export const renderColumns = ({ head, rows }: Table): string => {
  const all = [head.map((name) => name.toUpperCase()), ...rows.map((row) => row.map(oneLine))];
  const widths = head.map((_, i) => all.reduce((width, row) => Math.max(width, (row[i] ?? '').length), 0));
  return all.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()).join('\n');
};

/** Lines end as RFC 4180 has it. */
export const renderCsv = ({ head, rows }: Table): string => [head, ...rows].map((row) => row.map(csv).join(',')).join('\r\n');

export const renderMarkdown = ({ head, rows }: Table): string => [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.map(markdown).join(' | ')} |`)].join('\n');
