/**
 * Waits for its parent's end and removes what the lab left: processes in its namespaces, the namespaces, its folder.
 *
 * @module
 */
import { demolish } from '@firsthop/lab';
import { rmSync } from 'node:fs';

const [, , run = '', folder = ''] = process.argv;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
let word = '';
process.stdin.on('data', (part) => (word += String(part)));
process.stdin.on('end', () => {
  if (word === 'done' || !/^[\da-f]{4}$/.test(run)) return;
  demolish(run);
  rmSync(folder, { recursive: true, force: true });
});
process.stdin.resume();
