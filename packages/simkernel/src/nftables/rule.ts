/**
 * A rule's text to its statements. A word that this kernel does not know is refused: a rule that were read as something
 * else than the real kernel reads would make every answer worthless.
 *
 * @module
 */
import { type Field, fields } from './packet-view.ts';
import { SyntaxFault, Tokens, tokenise } from './tokens.ts';
import { readSpan, type Tuple, type ValueType } from './values.ts';

export type Verdict =
  | { readonly kind: 'accept' | 'drop' }
  | { readonly kind: 'return' }
  | { readonly kind: 'goto'; readonly chain: string }
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'reject'; readonly with: 'tcp reset' | 'icmp' };

export type Test =
  | { readonly kind: 'in'; readonly tuples: readonly Tuple[]; readonly negated: boolean }
  | { readonly kind: 'set'; readonly set: string; readonly negated: boolean }
  | { readonly kind: 'mask'; readonly mask: number; readonly value: number; readonly negated: boolean };

export type Statement =
  | { readonly do: 'match'; readonly fields: readonly Field[]; readonly test: Test }
  | { readonly do: 'vmap'; readonly fields: readonly Field[]; readonly map: string }
  | { readonly do: 'inline vmap'; readonly fields: readonly Field[]; readonly entries: readonly { readonly tuple: Tuple; readonly verdict: Verdict }[] }
  | { readonly do: 'count'; readonly counter: string }
  /** Rates need a clock, and there is none: a limit always lets pass. */
  | { readonly do: 'limit' }
  /** To a group that nobody listens to: nothing comes of it. */
  | { readonly do: 'log' }
  | { readonly do: 'verdict'; readonly verdict: Verdict };

export interface Rule {
  readonly text: string;
  readonly statements: readonly Statement[];
}

export const parseRule = (words: readonly string[], text: string): Rule => {
  const tokens = new Tokens(words);
  const statements: Statement[] = [];
  while (!tokens.isAtEnd) statements.push(readStatement(tokens));
  const end = statements.findIndex(({ do: what }) => what === 'verdict');
  if (end >= 0 && end < statements.length - 1) throw new SyntaxFault('statement after terminal statement has no effect');
  return { text, statements };
};

const readStatement = (tokens: Tokens): Statement => {
  if (tokens.take('counter', 'name')) return { do: 'count', counter: tokens.next().replaceAll('"', '') };
  if (tokens.take('limit', 'rate')) return readLimit(tokens);
  if (tokens.take('log', 'prefix')) return readLog(tokens);
  const verdict = readVerdict(tokens);
  return verdict === undefined ? readExpression(tokens) : { do: 'verdict', verdict };
};

const readLimit = (tokens: Tokens): Statement => {
  const rate = tokens.next();
  if (!/^\d+\/(?:second|minute|hour)$/.test(rate)) throw new SyntaxFault(`syntax error, unexpected ${rate}, expecting a rate`);
  if (tokens.take('burst') && (!/^\d+$/.test(tokens.next()) || !tokens.take('packets'))) throw new SyntaxFault('syntax error, expecting packets');
  return { do: 'limit' };
};

/** As the tools print it back. The kernel keeps 127 bytes of a prefix. */
const readLog = (tokens: Tokens): Statement => {
  if (!/^"[^"]{0,127}"$/.test(tokens.next())) throw new SyntaxFault('syntax error, expecting a log prefix');
  for (const [word, most] of [['group', 65_535], ['snaplen', 4_294_967_295]] as const) {
    tokens.expect(word);
    const number = tokens.next();
    if (!/^\d+$/.test(number) || Number(number) > most) throw new SyntaxFault(`Value ${number} exceeds valid range 0-${most}`);
  }
  return { do: 'log' };
};

/** `undefined`: no verdict stands here. */
export const readVerdict = (tokens: Tokens): Verdict | undefined => {
  for (const kind of ['accept', 'drop'] as const) if (tokens.take(kind)) return { kind };
  if (tokens.take('return')) return { kind: 'return' };
  for (const kind of ['goto', 'jump'] as const) if (tokens.take(kind)) return { kind, chain: tokens.next() };
  if (!tokens.take('reject')) return undefined;
  if (tokens.take('with', 'tcp', 'reset')) return { kind: 'reject', with: 'tcp reset' };
  if (tokens.take('with', 'icmpx', 'admin-prohibited')) return { kind: 'reject', with: 'icmp' };
  return tokens.isAtEnd ? { kind: 'reject', with: 'icmp' } : undefined;
};

/** The longest name that stands here: some have three words. */
const readField = (tokens: Tokens): Field => {
  for (const words of [3, 2, 1]) {
    const name = Array.from({ length: words }, (_, i) => tokens.peek(i));
    const field = fields.get(name.join(' '));
    if (field !== undefined && tokens.take(...name)) return field;
  }
  throw new SyntaxFault(`syntax error, unexpected ${tokens.peek()}`);
};

const readExpression = (tokens: Tokens): Statement => {
  const found = [readField(tokens)];
  while (tokens.take('.')) found.push(readField(tokens));
  if (tokens.take('vmap')) return readVmap(tokens, found);
  if (tokens.take('&')) return { do: 'match', fields: found, test: readMask(tokens) };
  const negated = tokens.take('!=');
  if (!negated) tokens.take('==');
  if (tokens.peek(1) === '/') return { do: 'match', fields: found, test: readShare(tokens, negated) };
  if (tokens.peek().startsWith('@')) return { do: 'match', fields: found, test: { kind: 'set', set: tokens.next().slice(1), negated } };
  const types = found.map(({ type }) => type);
  const tuples = tokens.peek() === '{' ? tokens.braces().map((part) => readTuple(types, part)) : [readTuple(types, literal(tokens, types.length))];
  return { do: 'match', fields: found, test: { kind: 'in', tuples, negated } };
};

const literal = (tokens: Tokens, parts: number): string[] => Array.from({ length: parts * 2 - 1 }, () => tokens.next());

/** `a . b . c` with one literal for each type. */
export const readTuple = (types: readonly ValueType[], words: readonly string[]): Tuple => {
  const parts = words.filter((_, i) => i % 2 === 0);
  const dots = words.filter((_, i) => i % 2 === 1);
  if (parts.length !== types.length || dots.some((dot) => dot !== '.')) throw new SyntaxFault(`syntax error, ${words.join(' ')} does not have the form of its key`);
  return types.map((type, i) => readSpan(type, parts[i] ?? ''));
};

const readVmap = (tokens: Tokens, found: readonly Field[]): Statement => {
  if (tokens.peek().startsWith('@')) return { do: 'vmap', fields: found, map: tokens.next().slice(1) };
  const types = found.map(({ type }) => type);
  return { do: 'inline vmap', fields: found, entries: tokens.braces().map((part) => readEntry(types, part)) };
};

/** `key : verdict` */
export const readEntry = (types: readonly ValueType[], words: readonly string[]): { readonly tuple: Tuple; readonly verdict: Verdict } => {
  const colon = words.indexOf(':');
  const verdict = colon < 0 ? undefined : readVerdict(new Tokens(words.slice(colon + 1)));
  if (verdict === undefined) throw new SyntaxFault(`syntax error, ${words.join(' ')} names no verdict`);
  return { tuple: readTuple(types, words.slice(0, colon)), verdict };
};

const flag = (word: string): number => Number(readSpan('tcp_flag', word).first);

/** `syn / fin,syn,rst,ack`: of these flags this one, as newer tools print it. */
const readShare = (tokens: Tokens, negated: boolean): Test => {
  const value = flag(tokens.next());
  tokens.expect('/');
  let mask = 0;
  do for (const word of tokens.next().split(',').filter(Boolean)) mask |= flag(word);
  while (tokens.take(','));
  return { kind: 'mask', mask, value, negated };
};

const readMask = (tokens: Tokens): Test => {
  let mask = 0;
  if (tokens.take('(')) {
    do mask |= flag(tokens.next());
    while (tokens.take('|'));
    tokens.expect(')');
  } else mask = flag(tokens.next());
  const negated = tokens.take('!=');
  if (!negated) tokens.expect('==');
  return { kind: 'mask', mask, value: flag(tokens.next()), negated };
};

/** Every text is read once: the same rule comes back with every change. */
export const parseRuleText = (text: string): Rule => parseRule(tokenise(text), text);
