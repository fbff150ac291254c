import type { ClassId, Row } from '@firsthop/classifier';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, openColumn, saidTo, specialIn } from './column.ts';

const row = (rest: number): Row => ({ rest: String(rest) }) as unknown as Row;
const words = fc.integer({ min: 0, max: 2 });
/** Close together or far apart: both ways of keeping them come up. */
const rows = fc.oneof(fc.dictionary(fc.integer({ min: 0, max: 12 }).map(String), words), fc.dictionary(fc.integer({ min: 0, max: 1e6 }).map(String), words)).map((written) => new Map(Object.entries(written).map(([id, word]) => [Number(id) as ClassId, row(word)])));
const spoken = (one: Row): string => String(one.rest);

describe('a column', () => {
  it('says to each class what its row says, and to all others the rest', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 1e6 }), (written, stranger) => {
        const column = columnOf('0', written, spoken);
        for (const id of [0, ...written.keys(), stranger, 13]) expect(saidTo(column, id as ClassId)).toBe(written.has(id as ClassId) ? spoken(written.get(id as ClassId) as Row) : '0');
        const special = [...written].filter(([, one]) => spoken(one) !== '0').map(([id]) => id);
        expect([...specialIn(column)].sort((a, b) => a - b)).toEqual(special.sort((a, b) => a - b));
      }),
      { numRuns: 2000 },
    );
  });

  it('of nobody says the same to all', () => {
    expect([saidTo(openColumn('all'), 0 as ClassId), saidTo(openColumn('all'), 7 as ClassId), [...specialIn(openColumn('all'))]]).toEqual(['all', 'all', []]);
  });
});
