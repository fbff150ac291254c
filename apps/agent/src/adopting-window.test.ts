import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AdoptingWindow } from './adopting-window.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const windowOf = (lasts: number, isFirst: boolean) => {
  let ended = 0;
  const one = new AdoptingWindow({ lasts, isFirst, onEnd: () => void ended++ });
  return { one, ended: () => ended };
};

it('begins with the first ruleset in force, ends once, and is not made longer by another', () => {
  const { one, ended } = windowOf(100, true);
  vi.advanceTimersByTime(1000);
  expect([one.isOpen, ended()]).toEqual([true, 0]);
  one.realized();
  vi.advanceTimersByTime(60);
  one.realized();
  vi.advanceTimersByTime(39);
  expect([one.isOpen, ended()]).toEqual([true, 0]);
  vi.advanceTimersByTime(1);
  expect([one.isOpen, ended()]).toEqual([false, 1]);
  one.realized();
  vi.advanceTimersByTime(1000);
  expect([one.isOpen, ended()]).toEqual([false, 1]);
});

it.each([{ why: 'the kernel holds a ruleset of ours', lasts: 100, isFirst: false }, { why: 'none is wanted', lasts: 0, isFirst: true }])('there is none where $why', ({ lasts, isFirst }) => {
  const { one, ended } = windowOf(lasts, isFirst);
  expect(one.isOpen).toBe(false);
  one.realized();
  vi.advanceTimersByTime(1000);
  expect(ended()).toBe(0);
});
