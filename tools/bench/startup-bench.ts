/**
 * `firsthop --help` against bare Node, by turns, so that both see the same machine.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';
import { medians } from './in-child.ts';

const program = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));
const rounds = 21;

const timeOf = (args: readonly string[]): number => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - started;
};

export const startup: Bench = {
  name: 'startup',
  what: 'firsthop --help above bare Node',
  workload: { rounds },
  run: () => {
    const figures = medians(Array.from({ length: rounds }, () => ({ node_ms: timeOf(['-e', '0']), help_ms: timeOf([program, '--help']) })));
    return { ...figures, over_ms: (figures['help_ms'] ?? 0) - (figures['node_ms'] ?? 0) };
  },
};
