/** The same without root: real managers and agents, whose batches a kernel on paper executes. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { scenariosAgree } from './scenarios.ts';

scenariosAgree('simulated');

it('the demo without root: every cell as the policies say, and it says first that no packet is sent', () => {
  const out = execFileSync('sh', ['-c', `"${process.execPath}" apps/cli/src/main.ts lab up --kernel simulated -f examples/shop --once 2>&1`], { encoding: 'utf8' });
  expect(out.split('\n')[0]).toContain('simulated kernel');
  const [, right, all] = /(\d+) of (\d+) cells/.exec(out) ?? [];
  expect(Number(all)).toBeGreaterThan(500);
  expect(right).toBe(all);
}, 120_000);
