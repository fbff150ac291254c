import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allMutants, choose, type Mutant, mutantsOf, nameOf, watchedFiles } from './population.ts';
import { scoreOf } from './score.ts';
import { parseSource } from './syntax.ts';
import { parseSurvivors, readSurvivors, rowOf, survivorsPage } from './survivors.ts';

const after = (text: string): string[] => mutantsOf('packages/x/src/x.ts', text).map((mutant) => mutant.after);

describe('a program is broken', () => {
  it.each([
    ['at a comparison', 'const f = (a: number) => a < g;', 'const f = (a: number) => a <= g;'],
    ['at a condition', 'if (a) f();', 'if (!(a)) f();'],
    ['by other branches', 'const x = a ? b : c;', 'const x = a ? c : b;'],
    ['behind a text of several bytes', "const x = 'é' + !b;", "const x = 'é' + b;"],
    ['by a number', 'const x = 3;', 'const x = (3 + 1);'],
    ['by an effect that is missing', 'class A { f() { this.g(1); } }', 'class A { f() { ; } }'],
    ['by an answer that is none', 'function f() { return [a]; }', 'function f() { return []; }'],
    ['by a list without its first', 'for (const a of list) f(a);', 'for (const a of [...list].slice(1)) f(a);'],
    ['by a part that is missing', 'const x = [...a, b];', 'const x = [...[], b];'],
    ['by a part of an object', 'const x = { ...a, b };', 'const x = { ...{}, b };'],
    ['by who passes', 'const x = list.filter(f);', 'const x = list;'],
    ['by another verdict', "const x = 'allow';", "const x = 'drop';"],
  ])('%s', (_, text, broken) => expect(after(text)).toContain(broken));

  it('but not in its types, imports and the texts of its errors', () => {
    expect(after("import { a } from 'b';\ntype T = 3 | 'allow';\nif (x as 4) throw new Error(`${1 + 2}`);")).toEqual(['if (!(x as 4)) throw new Error(`${1 + 2}`);']);
  });
});

const all = allMutants();

it('there is much to break, in every file that is watched', () => {
  expect(all.length).toBeGreaterThan(1000);
  const silent = watchedFiles().filter((file) => !all.some((mutant) => mutant.file === file) && !/\/(change|class-table|compiler-options)\.ts$/.test(file));
  expect(silent).toEqual([]);
});

it('what comes out is a program all the same', () => {
  for (const { text } of choose(all, 600, 3)) parseSource(text);
});

it('the choice stays the same when other mutants come and go', () => {
  const chosen = choose(all, 50, 1).map(nameOf);
  expect(choose(all.toReversed(), 50, 1).map(nameOf)).toEqual(chosen);
  expect(choose(all.filter((_, i) => i % 2 === 0), 50, 1).filter((mutant) => chosen.includes(nameOf(mutant))).length).toBeGreaterThan(10);
  expect(choose(all, 50, 2).map(nameOf)).not.toEqual(chosen);
});

it('a score leaves out what no test can notice, and tells of reasons that are wrong', () => {
  const judged = (i: number, caughtBy?: string): { mutant: Mutant; caughtBy: string | undefined; seconds: number } => ({ mutant: all[i]!, caughtBy, seconds: 1 });
  const listed = [0, 2].map((i) => ({ ...all[i]!, reason: 'it is so' }));
  const score = scoreOf([judged(0), judged(1), judged(2, 'a test'), judged(3, 'a test')], listed);
  expect([score.explained.length, score.unexplained.length, score.wronglyListed.length, score.share]).toEqual([1, 1, 1, 2 / 3]);
});

describe(survivorsPage, () => {
  it('reads what it writes', () => {
    const [mutant] = all.filter(({ before }) => before.includes('||') && before.includes('`'));
    expect(parseSurvivors(rowOf(mutant!, 'why'))).toEqual([{ file: mutant!.file, before: mutant!.before, after: mutant!.after, reason: 'why' }]);
  });

  it('lists mutants that there are, each with its reason', () => {
    const names = new Set(all.map(nameOf));
    const survivors = readSurvivors();
    expect(survivors.filter((one) => !names.has(nameOf(one))).map(nameOf)).toEqual([]);
    expect(survivors.filter(({ reason }) => reason.length < 10)).toEqual([]);
    expect(survivors.length).toBe(readFileSync(survivorsPage, 'utf8').split('\n').filter((line) => line.startsWith('| packages/')).length);
  });
});
