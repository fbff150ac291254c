/**
 * Who writes which lines of a transaction.
 *
 * Rules that nft has no words for are made once, before anything leads to them, so that a transaction in which there are some may be three: what
 * they refer to, they themselves, and all that refers to them.
 *
 * @module
 */
import { parseRegisterRule } from '@firsthop/ruleset';
import { type CodecOf, type Operation, operationOf } from './line-operations.ts';

export type Part = { readonly by: 'netlink'; readonly operations: readonly Operation[] } | { readonly by: 'nft'; readonly lines: readonly string[] };

const isDeclaration = (line: string): boolean => /^add (?:table|counter|chain|map|set) /.test(line);
const ruleLine = /^add rule \S+ \S+ (\S+) (.*)$/;
const chainOfRule = (line: string): string | undefined => ruleLine.exec(line)?.[1];
const isRegisterRule = (line: string): boolean => parseRegisterRule(ruleLine.exec(line)?.[2] ?? '') !== undefined;

type Learn = (lines: readonly string[]) => void;

/** What is declared in a line is known to the next one. */
const operationsOf = (lines: readonly string[], codecOf: CodecOf, learn: Learn): readonly Operation[] | undefined => {
  const operations = [];
  for (const line of lines) {
    learn([line]);
    const operation = operationOf(line, codecOf);
    if (operation === undefined) return undefined;
    operations.push(operation);
  }
  return operations;
};

const byNft = (lines: readonly string[]): Part[] => (lines.length === 0 ? [] : [{ by: 'nft', lines }]);

/** `learn` is told of all lines that may declare something. */
export const splitLines = (lines: readonly string[], codecOf: CodecOf, learn: Learn): readonly Part[] => {
  const whole = operationsOf(lines, codecOf, learn);
  if (whole !== undefined) return [{ by: 'netlink', operations: whole }];
  const judging = new Set(lines.filter(isRegisterRule).flatMap((line) => chainOfRule(line) ?? []));
  if (judging.size === 0) return byNft(lines);
  const declarations = lines.filter(isDeclaration);
  // Above it was given up at the first line for nft: what comes behind that line was not heard of.
  learn(declarations);
  const isMeant = (line: string): boolean => line.includes(' element ') || judging.has(chainOfRule(line) ?? '');
  const [operations, others]: [Operation[], string[]] = [[], []];
  for (const line of lines) {
    if (isDeclaration(line)) continue;
    const operation = isMeant(line) ? operationOf(line, codecOf) : undefined;
    if (operation === undefined) others.push(line);
    else operations.push(operation);
  }
  return [...byNft(declarations), { by: 'netlink', operations }, ...byNft(others)];
};
