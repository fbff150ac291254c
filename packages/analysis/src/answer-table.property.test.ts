import type { ClassId, DecisionId, GroupRows, Row, RowId } from '@firsthop/classifier';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerTable } from './answer-table.ts';
import { columnOf, saidTo } from './column.ts';
import { decisionAt } from './row-decision.ts';

const decision = fc.integer({ min: 0, max: 5 }).map((i) => `d${i}` as DecisionId);
/** Neighbours among the protocols, the first one and the last one too: a step of one ends where that of the next begins. */
const protocols = [0, 1, 5, 6, 17, 255];
const ports = [0, 1, 79, 80, 81, 443, 65_534, 65_535];

const steps = fc.tuple(fc.uniqueArray(fc.constantFrom(...ports.slice(1)), { maxLength: 4 }), fc.array(decision, { minLength: 5, maxLength: 5 })).map(([cuts, decisions]) => {
  const firsts = [0, ...cuts.sort((a, b) => a - b)];
  return firsts.map((first, i) => ({ first, last: (firsts[i + 1] ?? 65_536) - 1, decision: decisions[i] ?? ('d0' as DecisionId) }));
});
/** In no order that would help. */
const row = fc.tuple(fc.dictionary(fc.constantFrom(...protocols).map(String), steps), decision).map(([written, rest]): Row => ({ id: '' as RowId, protocols: new Map(Object.entries(written).reverse().map(([protocol, list]) => [Number(protocol), list])), rest }));

const groupRows = fc.tuple(fc.array(row, { minLength: 2, maxLength: 6 }), fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 2 })).map(([rows, ids]): GroupRows => ({ rows, classes: ids as ClassId[], said: ids.map((_, i) => 1 + (i % (rows.length - 1))) }));

const askedClasses = Array.from({ length: 40 }, (_, i) => i as ClassId);

describe('an answer table', () => {
  it('says what the rows say, of every column that was ever added', () => {
    fc.assert(
      fc.property(fc.array(groupRows, { minLength: 1, maxLength: 5 }), (groups) => {
        const table = new AnswerTable((id) => `told ${id}`);
        const columns = groups.map((rows) => columnOf(rows, (one) => one));
        const numbers = columns.map((column) => table.add(column));
        const wrong: unknown[] = [];
        for (const [i, column] of columns.entries()) {
          const number = numbers[i];
          if (number === undefined) wrong.push(`${i} is not dense`);
          else
            for (const id of askedClasses)
              for (const protocol of [...protocols, 2, 200])
                for (const port of ports) {
                  const expected = `told ${decisionAt(saidTo(column, id), protocol, port)}`;
                  if (table.told(table.ask(number, id, protocol, port)) !== expected) wrong.push([i, id, protocol, port]);
                }
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps more rows than two bytes can number', () => {
    const table = new AnswerTable((id) => id);
    const one = (name: number): Row => ({ id: '' as RowId, protocols: new Map(), rest: `d${name}` as DecisionId });
    const numbers = Array.from({ length: 70 }, (_, group) => {
      const rows = Array.from({ length: 1001 }, (_, i) => one(group * 1001 + i));
      return table.add(columnOf({ rows, classes: rows.slice(1).map((_, i) => (i + 1) as ClassId), said: rows.slice(1).map((_, i) => i + 1) }, (row) => row));
    });
    const wrong = numbers.flatMap((number, group) => Array.from({ length: 1001 }, (_, id) => id).filter((id) => number === undefined || table.told(table.ask(number, id as ClassId, 6, 80)) !== `d${group * 1001 + id}`));
    expect(wrong).toEqual([]);
    expect(table.told(table.ask(numbers[69] ?? 0, 5000 as ClassId, 6, 80))).toBe(`d${69 * 1001}`);
  });

  it('leaves out a column whose classes lie far apart', () => {
    const rows: GroupRows = { rows: [{ id: '' as RowId, protocols: new Map(), rest: 'a' as DecisionId }, { id: '' as RowId, protocols: new Map(), rest: 'b' as DecisionId }], classes: [1_000_000 as ClassId], said: [1] };
    expect(new AnswerTable((id) => id).add(columnOf(rows, (one) => one))).toBeUndefined();
  });
});
