/**
 * JUnit XML, as CI systems read it.
 *
 * @module
 */
import { xml } from './escape.ts';

export interface JunitCase {
  readonly name: string;
  readonly className: string;
  readonly file?: string;
  readonly line?: number;
  /** Undefined: it passed. */
  readonly failure?: { readonly message: string; readonly text: string };
}

const attribute = (name: string, value: string | number | undefined): string => (value === undefined ? '' : ` ${name}="${xml(String(value))}"`);

/** The body of a failure keeps its line ends. */
const body = (text: string): string => text.split('\n').map(xml).join('\n');

const renderCase = ({ name, className, file, line, failure }: JunitCase): string => {
  const open = `    <testcase${attribute('name', name)}${attribute('classname', className)}${attribute('file', file)}${attribute('line', line)}`;
  return failure === undefined ? `${open}/>` : `${open}>\n      <failure${attribute('message', failure.message)}>${body(failure.text)}</failure>\n    </testcase>`;
};

export const renderJunit = (suite: string, cases: readonly JunitCase[]): string => {
  const counts = `tests="${cases.length}" failures="${cases.filter(({ failure }) => failure !== undefined).length}" errors="0"`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${counts}>`, `  <testsuite name="${xml(suite)}" ${counts}>`, ...cases.map(renderCase), '  </testsuite>', '</testsuites>'].join('\n');
};
