/**
 * The plain part of YAML, at thirty times the speed of the whole of it.
 *
 * Law: what is read here is what the real parser reads (`plain.property.test.ts`). It reads blocks, brackets, quotes and the texts and
 * numbers whose meaning is beyond doubt. Anchors, aliases, tags, merges, folded texts, odd numbers, double keys, every mistake: not
 * here. Do not teach it more YAML than files are full of.
 *
 * @module
 */
import { bail, Cursor, type Marks, notPlain } from './cursor.ts';
import { readBlock } from './read-block.ts';
import { readFlow } from './read-flow.ts';

/** Line of the text, from 0, on which the nearest written ancestor of a path begins. */
export type LineOf = (path: readonly (string | number)[]) => number;

/** No tabs, no controls, no characters that YAML or JavaScript may take for a blank or a line end. */
const unusual = /[^\n\x20-\x7E\u00A1-\u167F\u1681-\u1FFF\u2010-\u2027\u2030-\u205E\u2060-\u2FFF\u3001-\uD7FF\uE000-\uFEFE]/;

const isRootFlow = (cursor: Cursor): boolean => {
  const char = cursor.text[cursor.at];
  return char === '{' || char === '[';
};

const readRoot = (cursor: Cursor): unknown => {
  cursor.nextLine();
  if (cursor.text.startsWith('---') && cursor.line === 0) {
    cursor.at += 3;
    if (!cursor.isAtEnd()) bail();
    cursor.nextLine();
  }
  if (cursor.indent < 0) return bail();
  if (!isRootFlow(cursor)) return readBlock(cursor);
  cursor.joinLines();
  const value = readFlow(cursor);
  cursor.skipSpaces();
  if (cursor.at < cursor.end) bail();
  cursor.nextLine();
  return value;
};

const readWith = (text: string, marks: Marks | undefined): object | undefined => {
  const cursor = new Cursor(text, marks);
  try {
    const value = readRoot(cursor);
    return cursor.indent >= 0 || typeof value !== 'object' || value === null ? undefined : value;
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
};

const member = (value: unknown, key: string | number): unknown => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined);

/** Read once more, this time with an eye on the lines: only who has something to report pays for it. */
export const plainLines = (text: string): LineOf => {
  const marks: Marks = { starts: new Map(), members: new Map() };
  const root = readWith(text, marks);
  const startOf = (value: unknown): number | undefined => (typeof value === 'object' && value !== null ? marks.starts.get(value) : undefined);
  return (path) => {
    let line = startOf(root) ?? 0;
    let value: unknown = root;
    for (const key of path) {
      const found = typeof value === 'object' && value !== null ? marks.members.get(value)?.get(key) : undefined;
      if (found === undefined) break;
      value = member(value, key);
      line = startOf(value) ?? found;
    }
    return line;
  };
};

/** Undefined: not of the plain kind; it may mean anything or nothing. */
export const readPlain = (text: string): object | undefined => (unusual.test(text) ? undefined : readWith(text, undefined));
