/**
 * Judges one mutant, in a process of its own: `node judge.ts FILE MUTATED_TEXT_FILE`, or without arguments the program as it is.
 *
 * The test files of this project are loaded as they are, with stand-ins for vitest and fast-check; the mutated text takes the place of its
 * file on the way into the loader, so that nothing on the disk is changed. Exit 0: no test noticed. Exit 1: a test did, and its name is
 * printed. A mutant that cannot be loaded is noticed too: nobody could start the program.
 *
 * @module
 */
import { Worker } from 'node:worker_threads';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A mutant may run for ever, and whoever waits for it may be gone: then a thread of its own ends it. */
new Worker("setInterval(() => process.ppid === 1 && process.kill(process.pid, 'SIGKILL'), 1000)", { eval: true }).unref();

interface Judging {
  readonly tests: string;
  /** How many worlds each law is tried on. Fixed, so that a mutant fares the same on every machine. */
  readonly runs: number;
}

const testkit = (name: string, runs: number): Judging => ({ tests: `packages/testkit/src/${name}.property.test.ts`, runs });

/** Cheapest first. */
const ofTables: readonly Judging[] = [
  { tests: 'packages/compiler/src/live/needed.test.ts', runs: 0 },
  { tests: 'packages/classifier/src/decide-segments.test.ts', runs: 0 },
  { tests: 'packages/classifier/src/classifier.test.ts', runs: 0 },
  { tests: 'packages/classifier/src/term-lists.property.test.ts', runs: 30 },
  testkit('cyclonus', 0),
  { tests: 'packages/testkit/src/compiled-worlds.test.ts', runs: 0 },
  testkit('atlas', 80),
  testkit('audit', 40),
  testkit('need', 30),
  testkit('classes', 30),
  testkit('verdicts', 15),
  testkit('incremental', 30),
  testkit('oracle', 12),
  // Differences ask the compiler what an edit touches.
  testkit('connectivity', 40),
];

const ofAnalyses: readonly Judging[] = [
  { tests: 'packages/analysis/src/connection-set.property.test.ts', runs: 300 },
  { tests: 'packages/analysis/src/column.property.test.ts', runs: 20 },
  { tests: 'packages/analysis/src/answer-table.property.test.ts', runs: 5 },
  { tests: 'packages/analysis/src/ingress-targets.test.ts', runs: 0 },
  { tests: 'packages/testkit/src/nearest-miss.test.ts', runs: 0 },
  { tests: 'packages/testkit/src/compiled-worlds.test.ts', runs: 0 },
  { tests: 'packages/testkit/src/connectivity.test.ts', runs: 0 },
  { tests: 'packages/testkit/src/differences.test.ts', runs: 0 },
  testkit('atlas', 80),
  testkit('connectivity', 60),
  testkit('connectivity-in-full', 12),
  testkit('verdicts', 15),
];

/** What stands in a room is judged by whoever imports it. */
const judging = (file: string | undefined): readonly Judging[] => {
  if (file === undefined) return [...ofTables, ...ofAnalyses];
  return file.startsWith('packages/analysis/') ? ofAnalyses : ofTables;
};

const here = (name: string): string => new URL(name, import.meta.url).href;

const replace = (file: string | undefined, text: string | undefined): void => {
  const target = file === undefined ? undefined : pathToFileURL(resolve(file)).href;
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'vitest') return { url: here('few-tests.ts'), shortCircuit: true };
      const isOurs = specifier === 'fast-check' && context.parentURL?.endsWith('.test.ts') === true;
      return isOurs ? { url: here('short-samples.ts'), shortCircuit: true } : next(specifier, context);
    },
    load: (url, context, next) => (url === target && text !== undefined ? { format: 'module-typescript', source: text, shortCircuit: true } : next(url, context)),
  });
};

const main = async (): Promise<void> => {
  const [file, mutated] = process.argv.slice(2);
  replace(file, mutated === undefined ? undefined : readFileSync(mutated, 'utf8'));
  const { collected } = await import('./few-tests.ts');
  const { SampleHeld, setRuns } = await import('./short-samples.ts');
  for (const { tests, runs } of judging(file)) {
    setRuns(runs);
    await import(here(`../../${tests}`));
    for (const { name, run } of collected.splice(0))
      try {
        await run();
      } catch (error) {
        if (error instanceof SampleHeld) continue;
        console.log(`${tests}: ${name}: ${String(error).slice(0, 300)}`);
        process.exit(1);
      }
  }
};

if (import.meta.main) await main();
