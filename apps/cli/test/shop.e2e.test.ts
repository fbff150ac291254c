/**
 * The demo as a user runs it: `verify` and `lab run` answer every probe alike, verdict and reason, and nothing is left.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Result, withoutMiss } from './scenarios.ts';

/** From the start of the processes to all policies realized, on two cores. */
const REALIZED_WITHIN_S = 5;
const main = 'apps/cli/src/main.ts';
const shop = ['-f', 'examples/shop', '--probes', 'examples/shop/probes.json', '-o', 'json'];
const run = (...args: string[]): string => execFileSync(process.execPath, [main, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });
const results = (...args: string[]): Result[] => (JSON.parse(run(...args)) as { results: Result[] }).results.map(withoutMiss);
const namespaces = (): string[] => (existsSync('/run/netns') ? readdirSync('/run/netns') : []).filter((name) => name.startsWith('firsthop-'));

describe('the shop', () => {
  it('verify and lab run agree, probe by probe', () => {
    const said = results('verify', ...shop);
    const seen = results('lab', 'run', ...shop);
    expect(seen.length).toBe(said.length);
    expect(said.length).toBeGreaterThan(15);
    for (const [i, expected] of said.entries()) {
      const observed = seen[i] as Result;
      expect(observed).toMatchObject({ id: expected.id, verdict: expected.verdict, observed: true });
      expect({ id: observed.id, why: observed.egress }).toEqual({ id: expected.id, why: expected.egress });
      // A packet that its own first hop drops never meets the other end's.
      if (expected.egress === undefined || expected.egress.verdict === 'allow') expect({ id: observed.id, why: observed.ingress }).toEqual({ id: expected.id, why: expected.ingress });
    }
  });

  it('every cell of the matrix is as the policies say, and nothing is left behind', () => {
    const once = (): string => execFileSync('sh', ['-c', `"${process.execPath}" ${main} lab up -f examples/shop --once 2>&1`], { encoding: 'utf8' });
    const seconds = (text: string): number => Number(/all policies realized after ([\d.]+) s/.exec(text)?.[1]);
    let out = once();
    // A busy machine is asked again before it counts.
    for (let i = 0; i < 2 && seconds(out) >= REALIZED_WITHIN_S; i++) out = once();
    expect(seconds(out)).toBeLessThan(REALIZED_WITHIN_S);
    const [, right, all] = /(\d+) of (\d+) cells/.exec(out) ?? [];
    expect(Number(all)).toBeGreaterThan(500);
    expect(right).toBe(all);
    expect(namespaces()).toEqual([]);
  });

  it.each([
    { signal: 'SIGINT' as const, when: 'while it is built', after: 0 },
    { signal: 'SIGINT' as const, when: 'in the middle', after: 2500 },
    { signal: 'SIGKILL' as const, when: 'in the middle', after: 2500 },
  ])('$signal $when leaves nothing behind', async ({ signal, after }) => {
    const child = spawn(process.execPath, [main, 'lab', 'up', '-f', 'examples/shop', '--stay'], { stdio: 'ignore' });
    while (namespaces().length < 5) await delay(50);
    await delay(after);
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill(signal);
    await ended;
    for (let i = 0; i < 100 && namespaces().length > 0; i++) await delay(100);
    expect(namespaces()).toEqual([]);
  });
});
