/**
 * A file of assertions, one a line: `allow|deny [some] FROM TO PORT`. Its time grows with the length of the text and no faster.
 *
 * @module
 */
import { quoteForeign } from '@firsthop/base';
import type { Assertion, AssertionFault } from './assertion.ts';
import { parseParty } from './parse-party.ts';
import { parsePort } from './parse-port.ts';

export const assertionLimits = { characters: 4_000_000, lines: 20_000, lineLength: 4_000 } as const;

export interface ParsedAssertions {
  readonly assertions: readonly Assertion[];
  readonly faults: readonly AssertionFault[];
}

interface Word {
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

/** Up to a word that begins with `#`. */
const wordsOf = (line: string): Word[] => {
  const words = [...line.matchAll(/[^ \t\r]+/g)].map(({ 0: text, index }) => ({ text, column: index + 1 }));
  const comment = words.findIndex(({ text }) => text.startsWith('#'));
  return comment < 0 ? words : words.slice(0, comment);
};

const shape = 'allow|deny [some] FROM TO PORT, such as "deny ns=shop,role=web vm:db/* TCP/5432"';

const parseLine = (words: readonly Word[], line: number, length: number): Assertion | AssertionFault => {
  const [verb, ...rest] = words;
  const isSome = rest[0]?.text === 'some';
  const [from, to, port, ...more] = isSome ? rest.slice(1) : rest;
  const fault = ({ column }: { readonly column: number }, message: string): AssertionFault => ({ line, column, message });
  if (verb === undefined || (verb.text !== 'allow' && verb.text !== 'deny')) return fault(verb ?? { column: 1 }, `${quoteForeign(verb?.text ?? '')} is no verb: write ${shape}`);
  if (from === undefined || to === undefined || port === undefined) return fault({ column: length + 1 }, `${from === undefined ? 'FROM' : to === undefined ? 'TO' : 'PORT'} is missing: write ${shape}`);
  if (more[0] !== undefined) return fault(more[0], `${quoteForeign(more[0].text)} is one word too many: write ${shape}; labels are joined by commas without blanks`);
  const [source, destination, on] = [parseParty(from.text), parseParty(to.text), parsePort(port.text)];
  if (!source.ok) return fault(from, source.error);
  if (!destination.ok) return fault(to, destination.error);
  if (!on.ok) return fault(port, on.error);
  return { line, text: words.map(({ text }) => text).join(' '), wants: verb.text, quantifier: isSome ? 'some' : 'every', from: source.value, to: destination.value, port: on.value };
};

export const parseAssertions = (text: string): ParsedAssertions => {
  const whole = (message: string): ParsedAssertions => ({ assertions: [], faults: [{ line: 1, column: 1, message }] });
  if (text.length > assertionLimits.characters) return whole(`more than ${assertionLimits.characters} characters: write several files`);
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  if (lines.length > assertionLimits.lines) return whole(`more than ${assertionLimits.lines} lines: write several files`);
  const assertions: Assertion[] = [];
  const faults: AssertionFault[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.length > assertionLimits.lineLength) {
      faults.push({ line: i + 1, column: 1, message: `a line has at most ${assertionLimits.lineLength} characters: write several assertions` });
      continue;
    }
    const words = wordsOf(line);
    if (words.length === 0) continue;
    const read = parseLine(words, i + 1, line.trimEnd().length);
    if ('message' in read) faults.push(read);
    else assertions.push(read);
  }
  return { assertions, faults };
};
