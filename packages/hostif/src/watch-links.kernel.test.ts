/** Whoever watches is told of links and routes that come and go, once per burst. */
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { watchLinks } from './watch-links.ts';

/** An emulated machine needs longer. */
const slowness = Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1);

const name = `fhwatch-${process.pid}`;
const namespace = `/run/netns/${name}`;
const ip = (...args: readonly string[]): void => void execFileSync('ip', ['-n', name, ...args]);

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', name]);
  ip('link', 'set', 'lo', 'up');
});
afterAll(() => void execFileSync('ip', ['netns', 'del', name]));

let stop = new AbortController();
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

/** How often it was called back, and when first. */
const watched = (): { readonly calls: () => number; readonly next: () => Promise<number> } => {
  let count = 0;
  watchLinks(() => void count++, stop.signal, { namespace });
  const calls = (): number => count;
  return {
    calls,
    next: async () => {
      const [before, started] = [calls(), performance.now()];
      while (calls() === before && performance.now() - started < 3000) await delay(2);
      return calls() === before ? Number.POSITIVE_INFINITY : performance.now() - started;
    },
  };
};

it.each([
  { what: 'a link that comes', change: () => ip('link', 'add', 'wa', 'type', 'veth', 'peer', 'name', 'wb') },
  { what: 'a link that comes up', change: () => ip('link', 'set', 'wa', 'up') },
  { what: 'a route of IPv4', change: () => ip('route', 'add', '10.0.0.1/32', 'dev', 'wa') },
  { what: 'a route of IPv6', change: () => ip('-6', 'route', 'add', 'fd00::1/128', 'dev', 'wa') },
  { what: 'a route that goes', change: () => ip('route', 'del', '10.0.0.1/32') },
  { what: 'a link that goes', change: () => ip('link', 'del', 'wa') },
])('$what', async ({ change }) => {
  const { next } = watched();
  await delay(60);
  const told = next();
  change();
  expect(await told).toBeLessThan(500 * slowness);
});

it('a burst is one piece of news, and silence none', async () => {
  const { calls } = watched();
  ip('link', 'add', 'wa', 'type', 'veth', 'peer', 'name', 'wb');
  ip('link', 'set', 'wa', 'up');
  await delay(200);
  const before = calls();
  execFileSync('ip', ['-n', name, '-batch', '-'], { input: Array.from({ length: 500 }, (_, i) => `route add 10.1.${i >> 8}.${i & 255}/32 dev wa\n`).join('') });
  await delay(300);
  const told = calls() - before;
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(20);
  await delay(200);
  expect(calls() - before).toBe(told);
  ip('link', 'del', 'wa');
});

it('nobody is told any more who does not want to be', async () => {
  const { calls } = watched();
  stop.abort();
  ip('link', 'add', 'wa', 'type', 'veth', 'peer', 'name', 'wb');
  await delay(150);
  expect(calls()).toBe(0);
  ip('link', 'del', 'wa');
});

it('where it cannot listen it tries again, and says that something may have changed', async () => {
  let calls = 0;
  watchLinks(() => void calls++, stop.signal, { namespace: '/run/netns/there-is-none' });
  await delay(100);
  expect(calls).toBe(1);
  await delay(1200);
  expect(calls).toBeGreaterThan(1);
});
