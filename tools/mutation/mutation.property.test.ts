/** A short form of `npm run mutate`: the first mutants of the same choice. */
import { expect, it } from 'vitest';
import { allMutants, choose } from './population.ts';
import { faultWithoutMutant, runMutants } from './run-mutants.ts';
import { isGood, scoreOf } from './score.ts';
import { readSurvivors } from './survivors.ts';

const count = process.env['FIRSTHOP_FULL'] === '1' ? 250 : 30;

it(`of ${count} mutants of compiler, classifier and analyses at least 95 % are noticed`, { timeout: count * 10_000 }, async () => {
  expect(await faultWithoutMutant()).toBeUndefined();
  const score = scoreOf(await runMutants(choose(allMutants(), count, 1)), readSurvivors());
  expect(isGood(score), [...score.unexplained, ...score.wronglyListed].map(({ mutant, caughtBy }) => `${mutant.file}:${mutant.line} ${mutant.after} ${caughtBy ?? 'not noticed'}`).join('\n')).toBe(true);
});
