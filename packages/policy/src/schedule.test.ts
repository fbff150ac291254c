import { describe, expect, it } from 'vitest';
import { holdsAt, nextEdgeOf } from './schedule.ts';
import type { Validity, Weekday } from './validity.ts';

const window = (zone: string, days: readonly Weekday[], first: number, end: number): Validity => ({ schedule: { zone, days: new Set(days), first, end } });
const at = (text: string): number => Date.parse(text);
const shown = (edge: number | undefined): string | undefined => (edge === undefined ? undefined : new Date(edge).toISOString());
const everyDay: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6];
const berlin = 'Europe/Berlin';

describe('a policy holds', () => {
  it.each([
    { name: 'before its end', validity: { expiresAt: at('2027-01-01T00:00:00Z') }, moment: '2026-12-31T23:59:59.999Z', is: true, edge: '2027-01-01T00:00:00.000Z' },
    { name: 'not from its end on', validity: { expiresAt: at('2027-01-01T00:00:00Z') }, moment: '2027-01-01T00:00:00Z', is: false, edge: undefined },
    { name: 'in its window', validity: window(berlin, [5], 480, 1080), moment: '2026-11-27T07:00:00Z', is: true, edge: '2026-11-27T17:00:00.000Z' },
    { name: 'not a moment before', validity: window(berlin, [5], 480, 1080), moment: '2026-11-27T06:59:59.999Z', is: false, edge: '2026-11-27T07:00:00.000Z' },
    { name: 'not on other days', validity: window(berlin, [5], 480, 1080), moment: '2026-11-28T10:00:00Z', is: false, edge: '2026-12-04T07:00:00.000Z' },
    { name: 'past midnight', validity: window(berlin, [5], 1320, 360), moment: '2026-11-28T04:00:00Z', is: true, edge: '2026-11-28T05:00:00.000Z' },
    { name: 'past midnight of its own days only', validity: window(berlin, [5], 1320, 360), moment: '2026-11-27T04:00:00Z', is: false, edge: '2026-11-27T21:00:00.000Z' },
    { name: 'all day, of one day', validity: window('UTC', [6], 0, 1440), moment: '2026-11-28T12:00:00Z', is: true, edge: '2026-11-29T00:00:00.000Z' },
    { name: 'for ever', validity: window('UTC', everyDay, 0, 1440), moment: '2026-11-28T12:00:00Z', is: true, edge: undefined },
    { name: 'in an hour that spring takes away: not at all', validity: window(berlin, everyDay, 120, 180), moment: '2027-03-28T00:30:00Z', is: false, edge: '2027-03-29T00:00:00.000Z' },
    { name: 'from where the clocks go on in spring', validity: window(berlin, everyDay, 150, 240), moment: '2027-03-28T00:59:59Z', is: false, edge: '2027-03-28T01:00:00.000Z' },
    { name: 'twice in autumn', validity: window(berlin, everyDay, 135, 165), moment: '2027-10-31T00:20:00Z', is: true, edge: '2027-10-31T00:45:00.000Z' },
    { name: 'and the second time', validity: window(berlin, everyDay, 135, 165), moment: '2027-10-31T00:50:00Z', is: false, edge: '2027-10-31T01:15:00.000Z' },
    { name: 'in zones of half an hour', validity: window('Asia/Kolkata', everyDay, 480, 540), moment: '2026-11-28T02:30:00Z', is: true, edge: '2026-11-28T03:30:00.000Z' },
    { name: 'until the end of all, inside of a window', validity: { ...window('UTC', everyDay, 480, 1080), expiresAt: at('2026-11-28T12:00:00Z') }, moment: '2026-11-28T10:00:00Z', is: true, edge: '2026-11-28T12:00:00.000Z' },
    { name: 'no more, where the end comes before the next window', validity: { ...window('UTC', everyDay, 480, 1080), expiresAt: at('2026-11-29T07:00:00Z') }, moment: '2026-11-28T20:00:00Z', is: false, edge: undefined },
  ])('$name', ({ validity, moment, is, edge }) => expect([holdsAt(validity, at(moment)), shown(nextEdgeOf(validity, at(moment)))]).toEqual([is, edge]));
});
