/** Law: the next edge is where it changes, and not before; in zones of every kind. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { holdsAt, nextEdgeOf } from './schedule.ts';
import type { Schedule, Weekday } from './validity.ts';

const at = (text: string): number => Date.parse(text);
const everyDay: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6];

it('between now and the next edge nothing changes, and at the edge it does', () => {
  const zones = ['Europe/Berlin', 'UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia'];
  const schedule: fc.Arbitrary<Schedule> = fc
    .record({ zone: fc.constantFrom(...zones), days: fc.subarray([...everyDay], { minLength: 1 }).map((days) => new Set(days)), first: fc.integer({ min: 0, max: 1439 }), end: fc.integer({ min: 1, max: 1440 }) })
    .filter(({ first, end }) => first !== end);
  fc.assert(
    fc.property(schedule, fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }), (one, moment, samples) => {
      const now = holdsAt({ schedule: one }, moment);
      const edge = nextEdgeOf({ schedule: one }, moment);
      const last = edge ?? moment + 9 * 86_400_000;
      for (const sample of samples) expect(holdsAt({ schedule: one }, Math.min(Math.floor(moment + sample * (last - moment)), last - 1))).toBe(now);
      if (edge !== undefined) expect([edge > moment, holdsAt({ schedule: one }, edge), holdsAt({ schedule: one }, edge - 1)]).toEqual([true, !now, now]);
    }),
    { numRuns: 150 },
  );
});
