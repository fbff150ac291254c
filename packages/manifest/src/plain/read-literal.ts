/**
 * Texts after `|` and `|-`: kubectl keeps the last applied object in one.
 *
 * @module
 */
import { bail, type Cursor } from './cursor.ts';

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** In a block that begins at `column`; on the next line afterwards. */
export const readLiteral = (cursor: Cursor, column: number): string => {
  const header = cursor.text.slice(cursor.at, cursor.end);
  if (header !== '|' && header !== '|-') return bail();
  const lines: string[] = [];
  let indent = 0;
  for (let line = cursor.rawLine(); line !== undefined; line = cursor.rawLine()) {
    const is = indentOf(line);
    if (is < line.length && is < (lines.length === 0 ? Math.max(0, column) + 1 : indent)) {
      cursor.back();
      break;
    }
    // An empty first line, and blanks beyond the text's own indentation, have rules of their own.
    if (lines.length === 0) indent = is === line.length ? bail() : is;
    if (is === line.length && is > 0) return bail();
    lines.push(line.slice(indent));
  }
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return bail();
  cursor.nextLine();
  // A line between the text's indentation and the block's is a mistake that the real parser words better.
  if (cursor.indent > column) return bail();
  return `${lines.join('\n')}${header === '|' ? '\n' : ''}`;
};
