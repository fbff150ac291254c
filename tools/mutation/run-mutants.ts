/**
 * Judges many mutants, as many at a time as there are processors.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './population.ts';

export interface Judgement {
  readonly mutant: Mutant;
  /** Undefined: nobody noticed. */
  readonly caughtBy: string | undefined;
  readonly seconds: number;
}

/** Of a mutant that did not end in time: anybody would notice. */
export const runsForEver = 'it runs for ever';

/** Whoever needs so many times what a judgement without a mutant needs, runs for ever. */
const patience = 3;
const leastPatienceMs = 20_000;

const judgeProgram = new URL('judge.ts', import.meta.url).pathname;

/** What the judge says of a program: undefined if nobody notices anything. */
const ask = (args: readonly string[], longestMs: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [judgeProgram, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: longestMs, killSignal: 'SIGKILL' });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += said.length < 4000 ? text : ''));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(undefined);
      return resolve(signal === null ? (said.split('\n').find((line) => /error|: /i.test(line)) ?? 'it cannot be loaded') : runsForEver);
    });
  });

/** Why the tests fail without any mutant, so that no figure means anything; undefined if they pass. */
export const faultWithoutMutant = (): Promise<string | undefined> => ask([], 10 * leastPatienceMs);

/** How long a mutant may take on this machine, as busy as it is now. */
const longestNow = async (): Promise<number> => {
  const started = performance.now();
  await faultWithoutMutant();
  return Math.ceil(Math.max(leastPatienceMs, patience * (performance.now() - started)));
};

/** `onDone` is told of each, in the order in which they end. */
export const runMutants = async (mutants: readonly Mutant[], onDone: (done: Judgement) => void = () => {}): Promise<Judgement[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-mutants-'));
  const judgements: Judgement[] = [];
  const longestMs = await longestNow();
  const waiting = mutants.entries();
  const work = async (): Promise<void> => {
    for (const [i, mutant] of waiting) {
      const file = join(folder, `${i}.ts`);
      writeFileSync(file, mutant.text);
      const started = performance.now();
      const caughtBy = await ask([mutant.file, file], longestMs);
      const done = { mutant, caughtBy, seconds: (performance.now() - started) / 1000 };
      judgements.push(done);
      onDone(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    return judgements;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
