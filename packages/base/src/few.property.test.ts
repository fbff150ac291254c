/** Law: a set of few is a set, however many come and go. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Few, putInto, takeFrom } from './few.ts';

const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(12)), { maxLength: 120, size: 'max' });
const sorted = (all: Iterable<number>): number[] => [...all].sort((a, b) => a - b);

const expectSet = (make: () => Few<number>): void =>
  fc.assert(
    fc.property(steps, (list) => {
      const [model, few] = [new Set<number>(), make()];
      for (const [comes, one] of list) {
        expect(comes ? few.add(one) : few.delete(one)).toBe(comes ? !model.has(one) : model.has(one));
        if (comes) model.add(one);
        else model.delete(one);
        expect(few.size).toBe(model.size);
        expect(sorted(few)).toEqual(sorted(model));
        for (let i = 0; i <= 12; i++) expect(few.has(i)).toBe(model.has(i));
      }
    }),
    { numRuns: 300 },
  );

/** Loses the others with the first. */
class Careless extends Few<number> {
  override delete(one: number): boolean {
    const [first, ...others] = this;
    if (first === one) for (const other of others) super.delete(other);
    return super.delete(one);
  }
}

describe('Few', () => {
  it('is a set', () => expectSet(() => new Few()));
  it('but not when it loses the others with the first', () => expect(() => expectSet(() => new Careless())).toThrow('Property failed'));

  it('by key, is there as long as it has a member', () => {
    const sets = new Map<string, Few<number>>();
    putInto(sets, 'a', 0);
    putInto(sets, 'a', 1);
    takeFrom(sets, 'a', 0);
    takeFrom(sets, 'b', 0);
    expect([...(sets.get('a') ?? [])]).toEqual([1]);
    takeFrom(sets, 'a', 1);
    expect(sets.size).toBe(0);
  });
});
