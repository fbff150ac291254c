/**
 * `npm run mutate`: breaks compiler, classifier and the heart of the analyses in some hundred ways, one at a time, and asks of each
 * whether the tests notice. Options: --count N (250), --all, --seed N (1).
 *
 * Each mutant is judged in a process of its own (judge.ts). Fails where fewer than 95 % are caught of those that can be; the others stand in
 * docs/reference/mutation-survivors.md, and for new ones the rows to put there are printed.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { allMutants, choose } from './population.ts';
import { faultWithoutMutant, type Judgement, runMutants } from './run-mutants.ts';
import { isGood, leastCaught, type Score, scoreOf } from './score.ts';
import { readSurvivors, rowOf } from './survivors.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '250' }, all: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } } });

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const tableOf = (judgements: readonly Judgement[], of: (one: Judgement) => string): string =>
  [...Map.groupBy(judgements, of)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, list]) => `${name.padEnd(24)} ${String(list.length).padStart(5)} mutants ${String(list.filter(({ caughtBy }) => caughtBy !== undefined).length).padStart(5)} caught`)
    .join('\n');

const report = (judgements: readonly Judgement[], score: Score, seconds: number): void => {
  console.log(`\n${tableOf(judgements, ({ mutant }) => mutant.file.split('/')[1] ?? '')}\n\n${tableOf(judgements, ({ mutant }) => mutant.operator)}\n`);
  for (const { mutant } of score.unexplained) console.log(`not noticed: ${mutant.file}:${mutant.line} (${mutant.operator})\n${rowOf(mutant, 'WHY')}`);
  for (const { mutant, caughtBy } of score.wronglyListed) console.log(`listed as a survivor, and caught by ${caughtBy}:\n  ${mutant.file}:${mutant.line} ${mutant.after}`);
  console.log(`${score.judged} mutants, ${score.caught} caught, ${score.explained.length} that no test can notice, ${score.unexplained.length} unexplained: ${percent(score.share)} of those that can be (at least ${percent(leastCaught)}), ${seconds.toFixed(0)} s`);
};

const main = async (): Promise<void> => {
  const fault = await faultWithoutMutant();
  if (fault !== undefined) {
    console.error(`The tests fail without any mutant: ${fault}`);
    process.exitCode = 1;
    return;
  }
  const everything = allMutants();
  const mutants = choose(everything, values.all ? everything.length : Number(values.count), Number(values.seed));
  console.log(`${mutants.length} of ${everything.length} mutants, seed ${values.seed}`);
  const [started, done] = [performance.now(), { all: 0, missed: 0 }];
  const judgements = await runMutants(mutants, ({ caughtBy }) => {
    done.all++;
    if (caughtBy === undefined) done.missed++;
    if (process.stderr.isTTY) process.stderr.write(`\r${done.all} of ${mutants.length}, ${done.missed} not noticed `);
  });
  const score = scoreOf(judgements, readSurvivors());
  report(judgements, score, (performance.now() - started) / 1000);
  process.exitCode = isGood(score) ? 0 : 1;
};

await main();
