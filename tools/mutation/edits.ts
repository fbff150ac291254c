/**
 * The ways to break a program. Each reads one node of the syntax and says what to write in its place, so that what comes out is still
 * JavaScript, though its types may be wrong.
 *
 * Left out on purpose, because it makes programs that nobody could tell from the right one: the fallback of `??` where the type checker
 * asked for it, texts of errors, and whatever is thrown.
 *
 * @module
 */
import { child, type Source, type Syntax, textOf } from './syntax.ts';

export interface Edit {
  /** In bytes: [start, end) is replaced. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type Operator = (node: Syntax, source: Source) => readonly Edit[];

const put = ({ start, end }: Pick<Syntax, 'start' | 'end'>, text: string): Edit => ({ start, end, text });

const otherOperators: ReadonlyMap<string, string> = new Map([
  ['<', '<='], ['<=', '<'], ['>', '>='], ['>=', '>'], ['===', '!=='], ['!==', '==='], ['&&', '||'], ['||', '&&'], ['+', '-'], ['-', '+'],
]);

/** The sign between the two sides. */
const otherSign: Operator = (node, source) => {
  const [left, right, sign] = [child(node, 'left'), child(node, 'right'), String(node.fields['operator'])];
  const other = otherOperators.get(sign);
  if (node.type !== 'BinaryExpression' || left === undefined || right === undefined || other === undefined) return [];
  const at = source.text.indexOf(sign, left.end);
  return at < 0 || at >= right.start ? [] : [put({ start: at, end: at + sign.length }, other)];
};

/** Only what stands behind `??`. */
const onlyFallback: Operator = (node, source) => {
  const right = child(node, 'right');
  return node.type === 'BinaryExpression' && node.fields['operator'] === '??' && right !== undefined ? [put(node, `(${textOf(source, right)})`)] : [];
};

const negated: Operator = (node, source) => {
  const test = child(node, 'test');
  return (node.type === 'IfStatement' || node.type === 'WhileStatement') && test !== undefined ? [put(test, `!(${textOf(source, test)})`)] : [];
};

const swapped: Operator = (node, source) => {
  const [yes, no] = [child(node, 'consequent'), child(node, 'alternate')];
  if (node.type !== 'ConditionalExpression' || yes === undefined || no === undefined) return [];
  return [{ start: yes.start, end: no.end, text: `${textOf(source, no)}${textOf(source, { start: yes.end, end: no.start })}${textOf(source, yes)}` }];
};

const notNegated: Operator = (node, source) => {
  const of = child(node, 'argument');
  return node.type === 'UnaryExpression' && node.fields['operator'] === '!' && of !== undefined ? [put(node, textOf(source, of))] : [];
};

const otherTexts: ReadonlyMap<unknown, string> = new Map([
  ['allow', 'drop'], ['drop', 'allow'], ['ingress', 'egress'], ['egress', 'ingress'], ['admin', 'baseline'], ['baseline', 'admin'], ['pass', 'delegate'],
]);

const otherLiteral: Operator = (node) => {
  if (node.type === 'BooleanLiteral') return [put(node, node.fields['value'] === true ? 'false' : 'true')];
  if (node.type === 'NumericLiteral') return [put(node, `(${String(node.fields['value'])} + 1)`)];
  const text = node.type === 'StringLiteral' ? otherTexts.get(node.fields['value']) : undefined;
  return text === undefined ? [] : [put(node, `'${text}'`)];
};

const statements = new Set(['CallExpression', 'AssignmentExpression', 'YieldExpression', 'UpdateExpression']);

/** A statement that only has an effect; `continue`; and what comes of an `if` that leaves. */
const dropped: Operator = (node) => {
  const of = node.type === 'ExpressionStatement' ? child(node, 'expression') : undefined;
  return node.type === 'ContinueStatement' || (of !== undefined && statements.has(of.type)) ? [put(node, ';')] : [];
};

const nothingOf = (value: Syntax): string => (value.type === 'ArrayExpression' ? '[]' : 'undefined');

/** Nothing comes back, where something did. */
const emptied: Operator = (node, source) => {
  const value = node.type === 'ReturnStatement' ? child(node, 'argument') : node.type === 'ArrowFunctionExpression' ? child(node, 'body') : undefined;
  if (value === undefined || value.type === 'BlockStatement' || value.type === 'FunctionBody') return [];
  return ['[]', 'undefined', 'false'].includes(textOf(source, value)) ? [] : [put(value, nothingOf(value))];
};

const withoutFirst: Operator = (node, source) => {
  const list = node.type === 'ForOfStatement' ? child(node, 'right') : undefined;
  return list === undefined ? [] : [put(list, `[...${textOf(source, list)}].slice(1)`)];
};

/** `[...a, b]` and `{ ...a, b }` without `a`. */
const withoutSpread: Operator = (node) => {
  if (node.type !== 'ArrayExpression' && node.type !== 'ObjectExpression') return [];
  const [field, nothing] = node.type === 'ArrayExpression' ? ['elements', '[]'] : ['properties', '{}'];
  const parts = node.fields[field] as readonly ({ readonly spread?: unknown } | null | undefined)[];
  return parts.flatMap((part) => {
    const spread = part?.spread === undefined || part.spread === null ? undefined : child({ ...node, fields: { ...node.fields, part } }, 'part');
    return spread === undefined ? [] : [put(spread, nothing)];
  });
};

const otherMethods: ReadonlyMap<string, string> = new Map([['some', 'every'], ['every', 'some'], ['min', 'max'], ['max', 'min'], ['find', 'findLast'], ['at', 'indexOf']]);

/** `a.filter(f)` and `a.sort(f)` as `a`; `some` as `every`. */
const otherCall: Operator = (node, source) => {
  const callee = node.type === 'CallExpression' ? child(node, 'callee') : undefined;
  if (callee?.type !== 'MemberExpression') return [];
  const [of, method] = [child(callee, 'object'), child(callee, 'property')];
  if (of === undefined || method === undefined) return [];
  const name = textOf(source, method);
  if (name === 'filter' || name === 'sort') return [put(node, textOf(source, of))];
  const other = otherMethods.get(name);
  return other === undefined ? [] : [put(method, other)];
};

export const operators: ReadonlyMap<string, Operator> = new Map([
  ['other sign', otherSign],
  ['only the fallback', onlyFallback],
  ['condition negated', negated],
  ['branches swapped', swapped],
  ['not negated', notNegated],
  ['other literal', otherLiteral],
  ['statement dropped', dropped],
  ['nothing returned', emptied],
  ['first one skipped', withoutFirst],
  ['part dropped', withoutSpread],
  ['other method', otherCall],
]);
