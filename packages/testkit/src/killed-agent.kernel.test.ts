/** Whoever writes is killed at any moment, and the kernel enforces the one ruleset or the other, whole. */
import { netlinkPort } from '@firsthop/dataplane';
import { stateDigest } from '@firsthop/ruleset';
import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whatDecides } from './killed-agent/what-decides.ts';
import { slowness } from './second-kernel/kernel-abilities.ts';

const kills = process.env['FIRSTHOP_FULL'] === '1' ? 1000 : 25;
const netns = `fhkill-${process.pid}`;
const program = fileURLToPath(new URL('./killed-agent/alternate.ts', import.meta.url));

beforeAll(() => void execFileSync('ip', ['netns', 'add', netns]));
afterAll(() => void execFileSync('ip', ['netns', 'del', netns]));

/** The digest of what decides about packets after somebody who wrote was killed. */
const killed = async (how: 'whole' | 'halves'): Promise<string> => {
  const child = spawn(process.execPath, [program, netns, how], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code, signal) => reject(new Error(`it ended by itself: ${signal ?? code}`)));
  });
  await delay(Math.random() * 60 * slowness);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  const port = netlinkPort({ netns });
  try {
    return stateDigest(whatDecides(await port.read()));
  } finally {
    port.close?.();
  }
};

describe('kill -9 in the middle of commits', () => {
  /** As the kernel prints them: an nft may print a rule otherwise than it was written. */
  const whole = new Set<string>();

  beforeAll(async () => {
    const { Dataplane } = await import('@firsthop/dataplane');
    const { states } = await import('./killed-agent/two-states.ts');
    const port = netlinkPort({ netns });
    for (const state of Object.values(states)) {
      expect(await new Dataplane(port).realize(state)).toMatchObject({ changes: expect.any(Number) as number });
      whole.add(stateDigest(whatDecides(await port.read())));
    }
    port.close?.();
    expect(whole.size).toBe(2);
  });

  it(`${kills} times: the old ruleset or the new one, and nothing between`, { timeout: kills * 3000 * slowness }, async () => {
    const seen = new Map<string, number>();
    for (let i = 0; i < kills; i++) {
      const digest = await killed('whole');
      seen.set(digest, (seen.get(digest) ?? 0) + 1);
    }
    console.log(`${kills} kills: ${[...seen.values()].join(' and ')}`);
    expect([...seen.keys()].filter((digest) => !whole.has(digest))).toEqual([]);
    expect(seen.size).toBe(2);
  });

  it('whoever writes in two halves is caught', { timeout: 120_000 * slowness }, async () => {
    let between = 0;
    for (let i = 0; i < 30 && between === 0; i++) if (!whole.has(await killed('halves'))) between++;
    expect(between).toBe(1);
  });
});
