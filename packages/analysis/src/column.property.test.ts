import type { ClassId, GroupRows, Row } from '@firsthop/classifier';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, openColumn, saidTo, specialIn } from './column.ts';

const row = (rest: string): Row => ({ rest }) as unknown as Row;
const spoken = (one: Row): string => String(one.rest).slice(0, 1);

/** Close together or far apart, few words or more than a byte can number: all ways of keeping them come up. Two rows may be spoken alike. */
const classes = fc.oneof(fc.uniqueArray(fc.integer({ min: 1, max: 12 })), fc.uniqueArray(fc.integer({ min: 1, max: 1e6 })), fc.constantFrom(300, 70_000).map((length) => Array.from({ length }, (_, i) => i + 1)));
const groupRows = fc.tuple(classes, fc.integer({ min: 2, max: 7 })).map(([ids, step]): GroupRows => {
  const isMany = ids.length >= 300;
  const rows = Array.from({ length: isMany ? ids.length + 1 : step }, (_, i) => row(`${'abc'.charAt(i % 3)}${i}`));
  return { rows, classes: ids as ClassId[], said: ids.map((_, i) => 1 + ((i * step) % (rows.length - 1))) };
});

describe('a column', () => {
  it('says to each class what its row says, and to all others the rest', () => {
    fc.assert(
      fc.property(groupRows, fc.integer({ min: 0, max: 1e6 }), (written, stranger) => {
        const column = columnOf(written, spoken);
        const expected = new Map(written.classes.map((id, i) => [id, spoken(written.rows[written.said[i] ?? 0] ?? row('?'))]));
        const wrong = [0, 13, stranger, ...written.classes].filter((id) => saidTo(column, id as ClassId) !== (expected.get(id as ClassId) ?? 'a'));
        expect(wrong).toEqual([]);
        const special = [...expected].filter(([, word]) => word !== 'a').map(([id]) => id);
        const among = new Set([0, 13, stranger, ...written.classes.slice(0, 5)] as ClassId[]);
        for (const asked of [among, new Set([0, stranger, ...written.classes] as ClassId[])]) expect([...specialIn(column, asked)].sort((a, b) => a - b)).toEqual(special.filter((id) => asked.has(id)).sort((a, b) => a - b));
      }),
      { numRuns: 100 },
    );
  });

  it('of nobody says the same to all', () => {
    expect([saidTo(openColumn('all'), 0 as ClassId), saidTo(openColumn('all'), 7 as ClassId), specialIn(openColumn('all'), new Set([0, 7] as ClassId[]))]).toEqual(['all', 'all', []]);
  });
});
