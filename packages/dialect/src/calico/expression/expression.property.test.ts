/** Selector expressions: what is written is what is read, alternatives mean the same, and nobody's text takes long. */
import { matchesLabels, parseLabelSelector } from '@firsthop/selector';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeRequirements } from '../../label-selectors.ts';
import { Notebook } from '../../notebook.ts';
import { isTrueOf, readChoice } from './alternatives.ts';
import type { Expression } from './expression.ts';
import { readExpression } from './parse.ts';

const keys = ['a', 'b/c', 'has', 'in'];
const values = ['x', 'y', ''];

const expressions = fc.letrec<{ readonly any: Expression; readonly leaf: Expression }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ kind: fc.constant('has' as const), key: fc.constantFrom(...keys) }),
    fc.record({ kind: fc.constant('is' as const), key: fc.constantFrom(...keys), values: fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 }).map((list) => list.sort()) }),
    fc.constant<Expression>({ kind: 'all' }),
  ),
  any: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.record({ kind: fc.constant('not' as const), of: tie('any') }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('any'), { minLength: 2, maxLength: 3 }) }),
  ),
})).any;

const write = (expression: Expression): string => {
  switch (expression.kind) {
    case 'all':
    case 'global':
      return `${expression.kind}()`;
    case 'has':
      return `has(${expression.key})`;
    case 'is':
      return `${expression.key} in {${expression.values.map((value) => `"${value}"`).join(', ')}}`;
    case 'not':
      return `!(${write(expression.of)})`;
    case 'and':
      return expression.of.map((part) => `(${write(part)})`).join('&&');
    case 'or':
      return expression.of.map((part) => `(${write(part)})`).join(' || ');
  }
};

const labels = fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values)), { selector: ([key]) => key }).map((list) => new Map(list));

describe('expressions', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(expressions, labels, (expression, own) => {
        const read = readExpression(write(expression), [], new Notebook());
        const truth = (one: Expression): boolean | undefined => isTrueOf(one, (key) => ({ value: own.get(key) }), { all: true, global: false });
        expect(read).toBeDefined();
        expect(truth(read!)).toBe(truth(expression));
      }),
    );
  });

  it('and their alternatives are true of the same labels', () => {
    fc.assert(
      fc.property(expressions, labels, (expression, own) => {
        const choice = readChoice(expression, 'pod', [], new Notebook());
        if (choice === undefined) return;
        const isMatched = choice.some(({ pod }) => {
          const selector = parseLabelSelector(writeRequirements(pod), []);
          return selector.ok && matchesLabels(selector.value, own);
        });
        expect(isMatched).toBe(isTrueOf(expression, (key) => ({ value: own.get(key) }), { all: true, global: false }));
      }),
    );
  });

  it.each([
    ['a == "x"', true],
    ["a=='x'&&!has(b)", true],
    [' ! has( b ) ', true],
    ['a not in { "y" , "z" }', true],
    ['b != "x"', true],
    ['a == "x" || b == "y" && has(c)', true],
    ['(a == "x" || b == "y") && has(c)', false],
    ['!!has(a)', true],
    ['a in {}', false],
    ['a == "not a label value!"', false],
    ['a != "not a label value!"', true],
    ['', undefined],
  ])('%s', (text, isTrue) => {
    const read = readExpression(text, [], new Notebook());
    expect(read === undefined ? undefined : isTrueOf(read, (key) => ({ value: new Map([['a', 'x']]).get(key) }), { all: true, global: false })).toBe(isTrue);
  });

  it('of hostile texts end soon', () => {
    const part = fc.constantFrom('(', ')', '!', '!(', 'a', '"', "'", '==', '&&', '||', 'in', '{', '}', ',', 'not ', 'has(', 'all()', '__proto__', 'a=="x"', ' ', '\u0000', 'é', '𝕏', '$(', '.*', '(a+)+$');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const text = parts.join('').repeat(200_000).slice(0, 16_384);
        const start = performance.now();
        const book = new Notebook();
        const read = readExpression(text, [], book);
        if (read !== undefined) readChoice(read, 'pod', [], book);
        expect(performance.now() - start).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
    const book = new Notebook();
    expect(readExpression('!'.repeat(10_000_000), [], book)).toBeUndefined();
    expect(book.errors.map(({ code }) => code)).toEqual(['TOO_LARGE']);
  });
});
