/**
 * Indented lists and objects, as people and kubectl write them.
 *
 * @module
 */
import { bail, type Cursor, put } from './cursor.ts';
import { isPlainKey, isSafeKey, plainScalar, unsure } from './plain-scalar.ts';
import { readFlow } from './read-flow.ts';
import { readLiteral } from './read-literal.ts';

const [colon, dash, space, lineEnd, openList, openMap, doubleQuote, singleQuote, pipe] = [58, 45, 32, 10, 91, 123, 34, 39, 124];

const plainKey = /[A-Za-z_][\w./-]{0,511}(?=:(?: |\n|$))/y;

const isQuote = (code: number): boolean => code === doubleQuote || code === singleQuote;
const isBreak = (code: number): boolean => code === space || code === lineEnd;

const isItem = (cursor: Cursor): boolean => cursor.code() === dash && (cursor.at + 1 >= cursor.end || cursor.text.charCodeAt(cursor.at + 1) === space);

/** The rest of the line without its comment. */
const readPlain = (cursor: Cursor): unknown => {
  const rest = cursor.text.slice(cursor.at, cursor.end);
  const comment = rest.indexOf(' #');
  let length = comment < 0 ? rest.length : comment;
  while (length > 0 && rest.charCodeAt(length - 1) === space) length--;
  const value = plainScalar(length === rest.length ? rest : rest.slice(0, length));
  cursor.at = cursor.end;
  return value === unsure ? bail() : value;
};

/** A value that begins on the present line, in a block that begins at `column`; on the next line afterwards. */
const readInline = (cursor: Cursor, column: number): unknown => {
  const code = cursor.code();
  if (code === pipe) return readLiteral(cursor, column);
  const value = code === openList || code === openMap ? readFlow(cursor) : isQuote(code) ? cursor.quoted() : readPlain(cursor);
  if (!cursor.isAtEnd()) bail();
  return endLine(cursor, column, value);
};

/** What goes on below, further in, is a text over several lines or a mistake. */
const endLine = <T>(cursor: Cursor, column: number, value: T): T => {
  cursor.nextLine();
  return cursor.indent > column ? bail() : value;
};

/** Behind a key's colon. A list below a key may begin in the key's own column. */
const readValue = (cursor: Cursor, column: number): unknown => {
  if (!cursor.isAtEnd()) return readInline(cursor, column);
  cursor.nextLine();
  if (cursor.indent > column) return readBlock(cursor);
  return cursor.indent === column && isItem(cursor) ? readList(cursor, column) : null;
};

/** The key that the present line begins with, up to its colon; undefined, and nothing moved: it begins with none. */
const readKey = (cursor: Cursor): string | undefined => {
  const from = cursor.at;
  if (isQuote(cursor.code())) {
    const key = cursor.quoted();
    const after = cursor.at + 1 >= cursor.end ? lineEnd : cursor.text.charCodeAt(cursor.at + 1);
    if (cursor.code() === colon && isBreak(after) && key.length < 512) return isSafeKey(key) ? key : bail();
    cursor.at = from;
    return undefined;
  }
  plainKey.lastIndex = from;
  const key = plainKey.exec(cursor.text)?.[0];
  if (key === undefined) return undefined;
  cursor.at += key.length;
  return isPlainKey(key) ? key : bail();
};

const readMap = (cursor: Cursor, column: number): Record<string, unknown> => {
  const map = cursor.enter<Record<string, unknown>>({});
  while (cursor.indent === column && !isItem(cursor)) {
    const key = readKey(cursor) ?? bail();
    cursor.mark(map, key);
    cursor.at++;
    put(map, key, readValue(cursor, column));
  }
  if (cursor.indent > column) bail();
  cursor.leave();
  return map;
};

const readItem = (cursor: Cursor, column: number): unknown => {
  const inner = cursor.column;
  const from = cursor.at;
  if (isItem(cursor)) bail();
  if (readKey(cursor) === undefined) return readInline(cursor, column);
  cursor.at = from;
  cursor.indent = inner;
  return readMap(cursor, inner);
};

const readList = (cursor: Cursor, column: number): unknown[] => {
  const list = cursor.enter<unknown[]>([]);
  while (cursor.indent === column && isItem(cursor)) {
    cursor.mark(list, list.length);
    cursor.at++;
    if (cursor.isAtEnd()) bail();
    list.push(readItem(cursor, column));
  }
  if (cursor.indent > column) bail();
  cursor.leave();
  return list;
};

/** The list or object that begins on the present line. */
export const readBlock = (cursor: Cursor): unknown => (isItem(cursor) ? readList(cursor, cursor.indent) : readMap(cursor, cursor.indent));
