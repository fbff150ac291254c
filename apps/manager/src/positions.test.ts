import { isOlder } from '@firsthop/wire';
import { expect, it } from 'vitest';
import { type Position, SharedPositions } from './positions.ts';

const at = (number: number, now: number, edge: number | undefined): Position => {
  const positions = new SharedPositions(() => now);
  positions.take({ number, epoch: 0 });
  positions.edge = edge;
  const position = positions.current();
  if (position === undefined) throw new Error('no position');
  return position;
};
const lags = (one: Position, behind: Position): boolean => isOlder({ ...one, digest: '' }, { ...behind, digest: '' });

it('whose clock is behind the other one\'s lags behind it, where some policy begins or ends by itself', () => {
  // A policy ends at 1000.
  const [before, after] = [at(3, 990, 1000), at(3, 1010, Infinity)];
  expect([lags(before, after), lags(after, before)]).toEqual([true, false]);
  // It is time, and it has not been done yet.
  expect([lags(at(3, 1020, 1000), after), lags(at(3, 1011, Infinity), after)]).toEqual([true, false]);
  // Without such policies a clock is of no interest; nor is it to one that is further.
  expect([lags(at(3, 990, undefined), at(3, 1010, undefined)), lags(at(4, 990, undefined), after)]).toEqual([false, false]);
  expect(new SharedPositions().current()).toBeUndefined();
});
