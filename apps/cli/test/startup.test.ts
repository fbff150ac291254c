/** Help must not wait for what it does not need. The bound is generous, for other tests run beside; the figure itself is a bench's. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Of several, the one that was least disturbed. */
const milliseconds = (...args: string[]): number =>
  Math.min(
    ...Array.from({ length: 5 }, () => {
      const begin = performance.now();
      spawnSync(process.execPath, args);
      return performance.now() - begin;
    }),
  );

describe('--help', () => {
  it('comes soon after bare Node', () => {
    const bare = milliseconds('-e', '0');
    for (const args of [['--help'], ['diff', '--help'], ['lab', 'run', '--help']]) expect(milliseconds('apps/cli/src/main.ts', ...args) - bare).toBeLessThan(250);
  });

  it('loads no other room', () => {
    const { stderr, status } = spawnSync(process.execPath, ['apps/cli/src/main.ts', '--help'], { encoding: 'utf8', env: { ...process.env, NODE_DEBUG: 'esm' }, maxBuffer: 1 << 26 });
    expect([status, stderr.includes('/apps/cli/src/program/'), stderr.includes('/packages/')]).toEqual([0, true, false]);
  });
});
