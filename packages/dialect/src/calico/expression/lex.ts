/**
 * Words, texts and signs of a selector expression. One pass over the characters; no regular expression is made of what was written.
 *
 * @module
 */
export interface Token {
  readonly kind: 'word' | 'text' | 'sign';
  readonly text: string;
  /** Offset from the start, from 0. */
  readonly at: number;
}

export type Lexed = { readonly tokens: readonly Token[] } | { readonly at: number; readonly message: string };

const signs = ['==', '!=', '&&', '||', '!', '(', ')', '{', '}', ','];
const isWordPart = (mark: string): boolean => (mark >= 'a' && mark <= 'z') || (mark >= 'A' && mark <= 'Z') || (mark >= '0' && mark <= '9') || mark === '_' || mark === '.' || mark === '/' || mark === '-';
const isSpace = (mark: string): boolean => mark === ' ' || mark === '\t' || mark === '\n' || mark === '\r';

const wordEnd = (text: string, start: number): number => {
  let end = start;
  while (end < text.length && isWordPart(text.charAt(end))) end++;
  return end;
};

/** Undefined: a text that never ends, or a mark that means nothing. */
const next = (text: string, at: number): { readonly token: Token; readonly end: number } | undefined => {
  const mark = text.charAt(at);
  if (mark === '"' || mark === "'") {
    const close = text.indexOf(mark, at + 1);
    return close < 0 ? undefined : { token: { kind: 'text', text: text.slice(at + 1, close), at }, end: close + 1 };
  }
  const sign = signs.find((one) => text.startsWith(one, at));
  if (sign !== undefined) return { token: { kind: 'sign', text: sign, at }, end: at + sign.length };
  const end = wordEnd(text, at);
  return end === at ? undefined : { token: { kind: 'word', text: text.slice(at, end), at }, end };
};

export const lex = (text: string): Lexed => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text.charAt(at))) {
      at++;
      continue;
    }
    const found = next(text, at);
    if (found === undefined) return { at, message: text.charAt(at) === '"' || text.charAt(at) === "'" ? 'a text that does not end' : 'a mark that means nothing here' };
    tokens.push(found.token);
    at = found.end;
  }
  return { tokens };
};
