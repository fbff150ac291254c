/**
 * `test`'s answer in every format. Pure.
 *
 * @module
 */
import { assertNever } from '@firsthop/base';
import { renderJunit } from './junit.ts';

export interface Counterexample {
  readonly from: string;
  readonly to: string;
  /** `TCP/80-90`. */
  readonly port: string;
  readonly verdict: string;
  /** What decided, in words. */
  readonly because: string;
}

export interface AssertionResult {
  readonly line: number;
  /** As written. */
  readonly text: string;
  readonly passed: boolean;
  /** Why it failed without a counterexample: nobody is meant. */
  readonly reason?: string;
  /** The first of them. */
  readonly counterexamples: readonly Counterexample[];
  /** All of them. */
  readonly failures: number;
}

const exampleText = ({ from, to, port, verdict, because }: Counterexample): string => `${from} -> ${to} ${port}: ${verdict}, ${because}`;

const details = ({ reason, counterexamples, failures }: AssertionResult): string[] => [
  ...(reason === undefined ? [] : [reason]),
  ...counterexamples.map(exampleText),
  ...(failures > counterexamples.length ? [`and ${failures - counterexamples.length} more`] : []),
];

const passedOf = (results: readonly AssertionResult[]): number => results.filter(({ passed }) => passed).length;

export const assertionsJson = (file: string, results: readonly AssertionResult[]): object => ({ assertions: results.map((one) => ({ file, ...one })), passed: passedOf(results), failed: results.length - passedOf(results) });

export const renderAssertions = (format: 'table' | 'junit', file: string, results: readonly AssertionResult[]): string => {
  switch (format) {
    case 'table': {
      const lines = results.flatMap((one) => [`${one.passed ? 'PASS' : 'FAIL'}  ${file}:${one.line}  ${one.text}`, ...(one.passed ? [] : details(one).map((detail) => `      ${detail}`))]);
      return [...lines, `${passedOf(results)} passed, ${results.length - passedOf(results)} failed`].join('\n');
    }
    case 'junit':
      return renderJunit('firsthop test', results.map((one) => ({ name: one.text, className: 'firsthop.test', file, line: one.line, ...(one.passed ? {} : { failure: { message: details(one)[0] ?? 'failed', text: details(one).join('\n') } }) })));
    default:
      return assertNever(format);
  }
};
