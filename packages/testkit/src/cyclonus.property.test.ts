/** Compiler and classifier against truth tables that this project did not write, without the evaluator in between. */
import { expect, it } from 'vitest';
import { cyclonusDifferences, readCyclonus } from './cyclonus.ts';
import { byTables } from './judges.ts';

const cases = readCyclonus();

it('there are 115 cases', () => expect(cases).toHaveLength(115));

it.each(cases)('tables: $id $description', ({ steps }) => {
  for (const step of steps) expect(cyclonusDifferences(step, byTables)).toEqual([]);
});
