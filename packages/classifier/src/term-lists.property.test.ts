/** Law of lists of terms: whoever has one has the terms that it was given, and what nobody has is not kept. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { TermLists } from './term-lists.ts';

interface Step {
  readonly who: number;
  readonly term: number;
  readonly isGiven: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ who: fc.integer({ min: 0, max: 9 }), term: fc.integer({ min: 0, max: 12 }), isGiven: fc.boolean() }), { maxLength: 200, size: 'max' });

/** Every list that somebody's is reached by: the same terms, cut off anywhere. */
const reached = (lists: Iterable<readonly number[]>): number => new Set([...lists].flatMap((terms) => terms.map((_, i) => terms.slice(0, i + 1).join(' ')))).size + 1;

const expectLaw = (made: () => TermLists): void =>
  fc.assert(
    fc.property(steps, (some) => {
      const lists = made();
      const [model, held] = [new Map<number, Set<number>>(), new Map<number, number>()];
      for (const { who, term, isGiven } of some) {
        const terms = model.get(who) ?? new Set();
        if (isGiven) terms.add(term);
        else terms.delete(term);
        model.set(who, terms);
        held.set(who, isGiven ? lists.with(held.get(who) ?? 0, term) : lists.without(held.get(who) ?? 0, term));
      }
      const wanted = [...model].map(([who, terms]) => ({ who, terms: [...terms].sort((a, b) => a - b) }));
      for (const { who, terms } of wanted) expect(lists.termsOf(held.get(who) ?? 0)).toEqual(terms);
      const numbers = new Map(wanted.map(({ who, terms }) => [terms.join(' '), held.get(who)]));
      for (const { who, terms } of wanted) expect(held.get(who)).toBe(numbers.get(terms.join(' ')));
      expect(lists.size).toBe(reached(wanted.map(({ terms }) => terms)));
      for (const { who, terms } of wanted) for (const term of terms) held.set(who, lists.without(held.get(who) ?? 0, term));
      expect(lists.size).toBe(1);
    }),
    { numRuns: 400 },
  );

/** Nobody gives anything back. */
class Hoarding extends TermLists {
  override without(list: number, term: number): number {
    const rest = this.termsOf(list).filter((one) => one !== term);
    return rest.reduce((sum, one) => this.with(sum, one), 0);
  }
}

it('lists of terms are those that were given, and no more of them than somebody has', () => expectLaw(() => new TermLists()));

it('and one that only ever adds is found out', () => expect(() => expectLaw(() => new Hoarding())).toThrow('Property failed'));
