/** The evaluator against truth tables that this project did not write. */
import { byEvaluator, cyclonusDifferences, readCyclonus } from '@firsthop/testkit';
import { describe, expect, it } from 'vitest';

const cases = readCyclonus();

describe('NetworkPolicy as cyclonus reads it', () => {
  it('is the whole corpus', () => {
    const rows = cases.flatMap(({ steps }) => steps.flatMap(({ verdicts }) => verdicts));
    expect([cases.length, rows.length]).toEqual([115, 62_565]);
    expect(rows.some(([, , , , , , allowed]) => !allowed)).toBe(true);
  });

  it.each(cases)('$id $description', ({ steps }) => {
    for (const step of steps) expect(cyclonusDifferences(step, byEvaluator)).toEqual([]);
  });
});
