/**
 * Runs tests of a vitest project, here or in the guest, and counts them.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroupRun } from './groups.ts';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

type VitestRun = Extract<GroupRun, { vitest: string }>;

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

/** Words that stand before the command; `folder` is where its report goes. */
export type Place = (folder: string) => readonly string[];

export const here: Place = () => [];

/** `secondsAtMost`: after which the whole machine is ended. */
export const inGuest = (secondsAtMost: number): Place => (folder) => ['node', 'tools/second-kernel/main.ts', '--seconds', String(secondsAtMost), '--share', folder, '--'];

export const runVitest = ({ vitest: project, files = [] }: VitestRun, place: Place): Outcome => {
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-test-'));
  const file = join(folder, 'report.json');
  const [program = '', ...args] = [...place(folder), 'vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, '--silent=passed-only', ...files];
  spawnSync(program, args, { stdio: 'inherit' });
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    // A file that cannot even be loaded, or a group without any test, is a failure and not zero tests.
    const broken = !report.success && report.numFailedTests === 0 ? Math.max(1, report.numFailedTestSuites) : report.numPassedTests === 0 ? 1 : 0;
    return { passed: report.numPassedTests, failed: report.numFailedTests + broken, skipped: report.numPendingTests };
  } catch (error) {
    console.error(`no test report from ${project}: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const countTests = ({ vitest: project, files = [] }: VitestRun): number => {
  // Loaded, not parsed: tables and shared suites make most of the tests.
  const { stdout } = spawnSync('vitest', ['list', '--project', project, '--json', '--staticParse=false', ...files], { encoding: 'utf8', maxBuffer: 1 << 28 });
  try {
    return (JSON.parse(stdout) as unknown[]).length;
  } catch {
    return 1;
  }
};
