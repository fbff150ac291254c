/**
 * A second process that outlives this one by the moment it takes to clean up. It reads from a pipe that only we hold: when
 * we end, however we end, the pipe does too.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Reaper {
  /** A process that must not outlive us. */
  watch(pid: number): void;
  /** All is removed already. */
  dismiss(): void;
}

export const startReaper = (run: string, folder: string): Reaper => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts'), run, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  // A dead reaper is no reason to fail: it only matters when we die too.
  child.stdin.on('error', () => undefined);
  (child.stdin as unknown as { unref?: () => void }).unref?.();
  return { watch: (pid) => void child.stdin.write(`${pid}\n`), dismiss: () => void child.stdin.end('done') };
};
