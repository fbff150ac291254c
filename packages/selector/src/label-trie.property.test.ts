import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Labels } from './label-selector.ts';
import { LabelTrie } from './label-trie.ts';

const word = fc.constantFrom('a', 'ab', 'b', '', '__proto__');
const labels: fc.Arbitrary<Labels> = fc.uniqueArray(fc.tuple(word, word), { selector: ([key]) => key, maxLength: 3 }).map((pairs) => new Map(pairs));
const step = fc.record({ labels, put: fc.boolean() });
/** As sets of pairs are compared: by their JSON in order. */
const textOf = (some: Labels): string => JSON.stringify([...some].sort(([a], [b]) => (a < b ? -1 : 1)));

describe('LabelTrie', () => {
  it('is a map by labels, whatever their order, and holds nothing when all went', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const trie = new LabelTrie<number>();
        const oracle = new Map<string, { readonly labels: Labels; readonly number: number }>();
        for (const [number, { labels: some, put }] of steps.entries()) {
          if (put) {
            trie.set(some, number);
            oracle.set(textOf(some), { labels: some, number });
          } else {
            trie.delete(some);
            oracle.delete(textOf(some));
          }
          expect(trie.get(new Map([...some].reverse()))).toBe(oracle.get(textOf(some))?.number);
        }
        expect([...trie.values()].sort()).toEqual(Array.from(oracle.values(), ({ number }) => number).sort());
        for (const { labels: some } of oracle.values()) trie.delete(some);
        expect(trie.isEmpty).toBe(true);
      }),
    );
  });
});
