/**
 * Waits for its parent's end and removes what the lab left: processes in its namespaces, the namespaces, its folder.
 *
 * @module
 */
import { demolish } from '@firsthop/lab';
import { rmSync } from 'node:fs';

const [, , run = '', folder = ''] = process.argv;
const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended before us.
  }
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
let words = '';
process.stdin.on('data', (part) => (words += String(part)));
process.stdin.on('end', () => {
  const lines = words.split('\n');
  if (lines.at(-1) === 'done' || !/^[\da-f]{4}$/.test(run)) return;
  for (const pid of lines.filter(Boolean).map(Number)) end(pid);
  demolish(run);
  rmSync(folder, { recursive: true, force: true });
});
process.stdin.resume();
