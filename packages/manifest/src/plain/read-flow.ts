/**
 * `[…]` and `{…}`: on one line inside of blocks, over many at the root, as in JSON.
 *
 * @module
 */
import { bail, type Cursor, put } from './cursor.ts';
import { isPlainKey, isSafeKey, plainScalar, unsure } from './plain-scalar.ts';

const [comma, colon, openList, closeList, openMap, closeMap, doubleQuote, singleQuote] = [44, 58, 91, 93, 123, 125, 34, 39];

const plainText = /[^,[\]{}\n]*/y;
const plainKey = /[A-Za-z_][\w./-]{0,511}(?=: )/y;

/** At the beginning of a line it ends or begins a document, even inside of brackets; where that is, is for the real parser to say. */
const documentMark = /^(?:\.{3}|-{3})(?:\s|$)/;

const isQuote = (code: number): boolean => code === doubleQuote || code === singleQuote;

const readPlain = (cursor: Cursor): unknown => {
  plainText.lastIndex = cursor.at;
  const found = plainText.exec(cursor.text)?.[0] ?? '';
  let length = Math.min(found.length, cursor.end - cursor.at);
  while (length > 0 && found.charCodeAt(length - 1) === 32) length--;
  const value = documentMark.test(found) ? unsure : plainScalar(found.slice(0, length));
  if (value === unsure) return bail();
  cursor.at += length;
  return value;
};

const readKey = (cursor: Cursor): string => {
  if (isQuote(cursor.code())) {
    const key = cursor.quoted();
    if (cursor.code() !== colon || !isSafeKey(key)) bail();
    return key;
  }
  plainKey.lastIndex = cursor.at;
  const key = plainKey.exec(cursor.text)?.[0];
  if (key === undefined || !isPlainKey(key)) return bail();
  cursor.at += key.length;
  return key;
};

const readValue = (cursor: Cursor): unknown => {
  const code = cursor.code();
  if (code === openList || code === openMap) return readFlow(cursor);
  return isQuote(code) ? cursor.quoted() : readPlain(cursor);
};

/** Behind a member: a comma and another member (true), or the end (false). */
const goesOn = (cursor: Cursor, close: number): boolean => {
  cursor.skipSpaces();
  const code = cursor.code();
  if (code !== comma && code !== close) bail();
  cursor.at++;
  if (code === close) return false;
  cursor.skipSpaces();
  return true;
};

const readList = (cursor: Cursor, list: unknown[]): unknown[] => {
  do {
    cursor.mark(list, list.length);
    list.push(readValue(cursor));
  } while (goesOn(cursor, closeList));
  return list;
};

const readMap = (cursor: Cursor, map: Record<string, unknown>): Record<string, unknown> => {
  do {
    const key = readKey(cursor);
    cursor.at++;
    cursor.skipSpaces();
    cursor.mark(map, key);
    put(map, key, readValue(cursor));
  } while (goesOn(cursor, closeMap));
  return map;
};

/** The collection that opens here; behind it afterwards. */
export const readFlow = (cursor: Cursor): unknown => {
  const isList = cursor.code() === openList;
  const value = cursor.enter(isList ? [] : {});
  cursor.at++;
  cursor.skipSpaces();
  if (cursor.code() === (isList ? closeList : closeMap)) cursor.at++;
  else if (Array.isArray(value)) readList(cursor, value);
  else readMap(cursor, value);
  cursor.leave();
  return value;
};
