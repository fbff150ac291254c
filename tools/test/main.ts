/**
 * `npm test`, `npm run test:full` and `npm run test:soak`: runs every group, says what was skipped and how many, holds the time
 * budgets, and ends with one line `N passed, N failed, N skipped`.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { guestRefusal } from '../second-kernel/guest-refusal.ts';
import type { Group } from './groups.ts';
import { kernelRefusal } from './kernel-available.ts';
import { type Mode, modeOf } from './modes.ts';
import { countTests, here, inGuest, type Outcome, runVitest } from './run-vitest.ts';

const runProgram = (command: readonly string[]): Outcome => {
  const [program = '', ...args] = command;
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
};

const runGroup = (group: Group): Outcome => {
  console.log(`\n== ${group.name}: ${group.what} (budget ${group.budgetSeconds} s)`);
  const refusal = group.underSecondKernel === true ? guestRefusal() : group.kernel === true ? kernelRefusal() : undefined;
  if (refusal !== undefined && 'vitest' in group.run) {
    const skipped = countTests(group.run);
    console.log(`SKIPPED ${skipped} ${group.name} tests: ${refusal}`);
    return { passed: 0, failed: 0, skipped };
  }
  return 'vitest' in group.run ? runVitest(group.run, group.underSecondKernel === true ? inGuest(group.budgetSeconds) : here) : runProgram(group.run.program);
};

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  readonly table: string[];
}

const countGroup = (group: Group, total: Tally): void => {
  const started = performance.now();
  const outcome = runGroup(group);
  const seconds = (performance.now() - started) / 1000;
  const late = seconds > group.budgetSeconds;
  total.passed += outcome.passed;
  total.failed += outcome.failed + (late ? 1 : 0);
  total.skipped += outcome.skipped;
  total.table.push(`${group.name.padEnd(10)} ${String(outcome.passed).padStart(6)} passed ${String(outcome.failed).padStart(4)} failed ${String(outcome.skipped).padStart(4)} skipped ${seconds.toFixed(1).padStart(7)} s of ${group.budgetSeconds} s${late ? '  OVER BUDGET' : ''}`);
};

/** A round that fails is the last: what is to be found has been. */
const runRounds = (mode: Mode, chosen: readonly Group[], total: Tally): void => {
  const begin = performance.now();
  do {
    if (mode.repeatForSeconds !== undefined) {
      process.env['FIRSTHOP_SEED'] = String(Date.now() % 2 ** 31);
      total.table.push(`-- a round with FIRSTHOP_SEED=${process.env['FIRSTHOP_SEED']}`);
    }
    for (const group of chosen) countGroup(group, total);
  } while (total.failed === 0 && (performance.now() - begin) / 1000 < (mode.repeatForSeconds ?? 0));
};

const main = (): void => {
  const { mode, wanted } = modeOf(process.argv.slice(2), process.env['FIRSTHOP_SOAK_MINUTES']);
  const unknown = wanted.filter((name) => !mode.groups.some((group) => group.name === name));
  if (unknown.length > 0) {
    console.error(`no group ${unknown.join(', ')}; there are ${mode.groups.map(({ name }) => name).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  Object.assign(process.env, mode.environment);
  const total: Tally = { passed: 0, failed: 0, skipped: 0, table: [] };
  const begin = performance.now();
  runRounds(mode, mode.groups.filter(({ name }) => wanted.length === 0 || wanted.includes(name)), total);
  const seconds = (performance.now() - begin) / 1000;
  if (seconds > mode.totalBudgetSeconds) total.failed++;
  console.log(`\n${total.table.join('\n')}\ntotal ${seconds.toFixed(0)} s of ${mode.totalBudgetSeconds} s${total.skipped > 0 ? `\n${total.skipped} tests were SKIPPED, see above` : ''}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed > 0 ? 1 : 0;
};

main();
