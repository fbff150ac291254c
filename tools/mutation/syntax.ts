/**
 * A source as the parser sees it, reduced to what a mutation needs: nodes with their place in the text, and nothing that is only a type.
 *
 * @module
 */
import { parseSync } from '@swc/core';

export interface Syntax {
  readonly type: string;
  /** In bytes of UTF-8; [start, end). */
  readonly start: number;
  readonly end: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Source {
  readonly text: Buffer;
  readonly body: readonly Syntax[];
}

interface Spanned {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
}

const isSpanned = (value: unknown): value is Spanned => typeof value === 'object' && value !== null && 'type' in value && 'span' in value;

const syntaxOf = (node: Spanned, base: number): Syntax => ({ type: node.type, start: node.span.start - base, end: node.span.end - base, fields: node as unknown as Record<string, unknown> });

/** Spans count from a number of the parser's own choosing; a semicolon in front shows it. */
export const parseSource = (text: string): Source => {
  const { body } = parseSync(`;${text}`, { syntax: 'typescript', target: 'es2024' }) as unknown as { body: readonly Spanned[] };
  const base = (body[0]?.span.start ?? 0) + 1;
  return { text: Buffer.from(text), body: body.slice(1).map((node) => syntaxOf(node, base)) };
};

/** Types are erased, so breaking them breaks nothing; these alone hold an expression. */
const typedExpressions = new Set(['TsAsExpression', 'TsNonNullExpression', 'TsSatisfiesExpression']);
const isType = (type: string): boolean => (type.startsWith('Ts') && !typedExpressions.has(type)) || type === 'ImportDeclaration' || type === 'ExportNamedDeclaration' || type === 'ThrowStatement';

/** Some nodes are wrapped in what is none: `{ spread, expression }` of lists and arguments, the function of a method. */
function* spannedIn(value: unknown): Generator<Spanned> {
  if (isSpanned(value)) yield value;
  else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) yield* spannedIn(one);
}

/** The node of a field, if it is one. */
export const child = (node: Syntax, field: string): Syntax | undefined => {
  const [only] = spannedIn(node.fields[field]);
  return only === undefined ? undefined : syntaxOf(only, baseOf(node));
};

const children = (node: Syntax, field: string): Syntax[] => [...spannedIn(node.fields[field])].map((one) => syntaxOf(one, baseOf(node)));

const baseOf = ({ start, fields }: Syntax): number => (fields as unknown as Spanned).span.start - start;

/** A node, and all below it that is run. */
export function* walk(node: Syntax): Generator<Syntax> {
  if (isType(node.type)) return;
  yield node;
  for (const field of Object.keys(node.fields)) if (field !== 'span') for (const below of children(node, field)) yield* walk(below);
}

export const textOf = ({ text }: Source, { start, end }: Pick<Syntax, 'start' | 'end'>): string => text.toString('utf8', start, end);
