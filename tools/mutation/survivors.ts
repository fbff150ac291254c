/**
 * docs/reference/mutation-survivors.md: mutants that no test can notice, each with the reason. A row is
 * `| file | line as it is | line as it becomes | reason |`.
 *
 * @module
 */
import { readFileSync } from 'node:fs';

export interface Survivor {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

export const survivorsPage = 'docs/reference/mutation-survivors.md';

/** A bar would end the cell. */
export const cellOf = (text: string): string => `\`\` ${text.replaceAll('|', '\\|')} \`\``;
const textOf = (cell: string): string => cell.replaceAll('\\|', '|').replace(/^`` /, '').replace(/ ``$/, '');

export const parseSurvivors = (page: string): Survivor[] =>
  page.split('\n').flatMap((row) => {
    const [, file = '', before = '', after = '', reason = ''] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return file.startsWith('packages/') ? [{ file, before: textOf(before), after: textOf(after), reason }] : [];
  });

export const readSurvivors = (): Survivor[] => parseSurvivors(readFileSync(survivorsPage, 'utf8'));

export const rowOf = ({ file, before, after }: Omit<Survivor, 'reason'>, reason: string): string => `| ${file} | ${cellOf(before)} | ${cellOf(after)} | ${reason} |`;
