import { describe, expect, it } from 'vitest';
import { Needed } from './needed.ts';

const needed = (...things: readonly string[]): Needed<string> => {
  const made = new Needed<string>();
  for (const one of things) made.retain(one);
  return made;
};
const always = (): boolean => true;

describe('Needed', () => {
  it('comes with the first who needs it, and goes with the last', () => {
    const some = new Needed<string>();
    expect([some.retain('a'), some.retain('a'), some.release('a'), some.release('a')]).toEqual([true, false, false, true]);
    expect(some.changes).toEqual({ come: [], gone: [] });
  });

  it('remembers what was there until the flush is over', () => {
    const some = needed('a', 'b');
    some.flushed();
    some.release('a');
    some.retain('c');
    expect(some.changes).toEqual({ come: ['c'], gone: ['a'] });
    expect(['a', 'b', 'c'].map((one) => some.wasThere(one))).toEqual([true, true, false]);
    expect([some.others('b', 2), some.before(['a'], 2)]).toEqual([['c'], ['a', 'b']]);
    some.flushed();
    expect(some.changes).toEqual({ come: [], gone: [] });
  });

  it.each([1, 5])('finds one of both, whichever is the longer list (%i others)', (count) => {
    const others = Array.from({ length: count }, (_, i) => `other-${i}`);
    const some = needed('a', 'b', 'c');
    some.flushed();
    some.release('a');
    expect(some.some(new Set(['b', ...others]), always)).toBe(true);
    // It was there at the last flush.
    expect(some.some(new Set(['a', ...others]), always)).toBe(true);
    expect(some.some(new Set(['b', ...others]), () => false)).toBe(false);
    expect(some.some(new Set(['b', ...others]), (one) => one === 'c')).toBe(false);
    expect(some.some(new Set(others), always)).toBe(false);
    expect(some.some(new Set(), always)).toBe(false);
  });
});
