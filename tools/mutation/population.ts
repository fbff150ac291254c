/**
 * All mutants of the rooms whose answers must be right, and a choice of them that stays the same while the code around them changes.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { type Edit, operators } from './edits.ts';
import { parseSource, type Source, walk } from './syntax.ts';

export interface Mutant {
  readonly file: string;
  readonly operator: string;
  /** From 1. */
  readonly line: number;
  /** Its line as it is and as it becomes, without indentation. With the file they name the mutant. */
  readonly before: string;
  readonly after: string;
  /** The whole file. */
  readonly text: string;
}

const watched = ['packages/compiler/src/**/*.ts', 'packages/classifier/src/*.ts', 'packages/analysis/src/{allowance,answer-table,atlas,column,connection-set,end,kinds,outside,policies-about,policy-edit,tables-pair}.ts'];

export const watchedFiles = (): string[] => globSync(watched).filter((file) => !file.endsWith('.test.ts') && !file.endsWith('/index.ts')).sort();

/** On one line, as a table can hold it. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const mutantOf = (file: string, operator: string, { text }: Source, { start, end, text: put }: Edit): Mutant => {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end) < 0 ? text.length : text.indexOf('\n', end);
  const [head, tail] = [text.toString('utf8', from, start), text.toString('utf8', end, to)];
  return {
    file,
    operator,
    line: text.toString('utf8', 0, start).split('\n').length,
    before: oneLine(text.toString('utf8', from, to)),
    after: oneLine(`${head}${put}${tail}`),
    text: `${text.toString('utf8', 0, start)}${put}${text.toString('utf8', end)}`,
  };
};

export const mutantsOf = (file: string, text: string): Mutant[] => {
  const source = parseSource(text);
  const nodes = source.body.flatMap((node) => [...walk(node)]);
  return nodes.flatMap((node) => [...operators].flatMap(([name, operator]) => operator(node, source).map((edit) => mutantOf(file, name, source, edit))));
};

/** Lines that stand twice in a file name one mutant only. */
export const allMutants = (): Mutant[] => {
  const found = watchedFiles().flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
  return [...new Map(found.map((mutant) => [nameOf(mutant), mutant])).values()];
};

export const nameOf = ({ file, before, after }: Pick<Mutant, 'file' | 'before' | 'after'>): string => `${file}: ${before} -> ${after}`;

/** A mutant is chosen for its own name, so that a change elsewhere does not choose others. */
export const choose = (mutants: readonly Mutant[], count: number, seed: number): Mutant[] => {
  const keyed = mutants.map((mutant) => ({ mutant, key: createHash('sha256').update(`${seed} ${nameOf(mutant)}`).digest('hex') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, count).map(({ mutant }) => mutant);
};
