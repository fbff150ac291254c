/**
 * Scalars whose meaning is beyond doubt. Anything that looks odd is `unsure`, and the whole document goes to the real parser.
 *
 * @module
 */
export const unsure: unique symbol = Symbol('unsure');
export type Unsure = typeof unsure;

const words: ReadonlyMap<string, boolean | null> = new Map([['~', null], ['null', null], ['Null', null], ['NULL', null], ['true', true], ['True', true], ['TRUE', true], ['false', false], ['False', false], ['FALSE', false]]);

/** Begins like a number: then it is one of two plain forms, or an address, a version, a quantity, which YAML takes for text. */
const numberStart = /^[-+.]?\d|^[-+.]/;
const decimal = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?$/;
/** What YAML's core schema might take for a number in another form: octal, hexadecimal, exponents, leading zeros, infinities. */
const oddNumber = /^[-+]?(?:[\d_]*\.?[\d_]*(?:[eE][-+]?\d*)?|0[xob][\da-fA-F_]*|\.(?:inf|nan))$/i;

/** First characters that mean nothing but themselves. */
const plainStart = /^(?:[A-Za-z\d_./+$^(~\u00A1-\uFFFF]|-[A-Za-z\d_./])/;

/** One line's text without quotes, its comment and outer spaces cut away. */
export const plainScalar = (text: string): string | number | boolean | null | Unsure => {
  if (!plainStart.test(text) || text.includes(': ') || text.endsWith(':') || text.includes(' #')) return unsure;
  if (!numberStart.test(text)) return words.get(text) ?? (words.has(text) ? null : text);
  if (decimal.test(text)) return text === '-0' ? unsure : Number(text);
  return oddNumber.test(text) ? unsure : text;
};

const escapes = /^"(?:[^"\\]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"$/;

/** A token with its double quotes. The escapes that JSON and YAML read alike, and no others. */
export const doubleQuoted = (token: string): string | Unsure => {
  if (!token.includes('\\')) return token.slice(1, -1);
  if (!escapes.test(token)) return unsure;
  const read: unknown = JSON.parse(token);
  return typeof read === 'string' ? read : unsure;
};

const unsafeKeys = new Set(['__proto__', '<<']);

/** A key that is its own name in any reading. */
export const isPlainKey = (key: string): boolean => !unsafeKeys.has(key) && !words.has(key);
export const isSafeKey = (key: string): boolean => !unsafeKeys.has(key);
