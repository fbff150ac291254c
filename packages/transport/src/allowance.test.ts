import { expect, it } from 'vitest';
import { Allowance } from './allowance.ts';

it('lets many pass at once, and then so many a second', () => {
  const allowance = new Allowance({ atOnce: 3, perSecond: 10 }, 0);
  expect([0, 0, 0].map((now) => allowance.spend(now))).toEqual([0, 0, 0]);
  expect(allowance.spend(0)).toBe(100);
  expect(allowance.spend(100)).toBe(100);
  // Who was still for long has no more than he began with.
  expect([1, 1, 1, 1].map(() => allowance.spend(60_000))).toEqual([0, 0, 0, 100]);
});

it('reads a second of them in a second, however many come', () => {
  const allowance = new Allowance({ atOnce: 100, perSecond: 50 }, 0);
  let [now, read] = [0, 0];
  while (now < 10_000) {
    now += allowance.spend(now);
    read++;
  }
  expect(read).toBeGreaterThan(590);
  expect(read).toBeLessThan(610);
});
