/**
 * Whether a policy holds at a moment, and when that changes next.
 *
 * A window is what the clocks of its zone show, so an hour that is skipped in spring is skipped in it too, and one that comes twice in
 * autumn is in it twice.
 *
 * @module
 */
import type { Schedule, Validity, Weekday } from './validity.ts';
import { type WallClock, zonedClock } from './zoned-clock.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
/** A window comes again within a week; one day more for those that a change of clocks has swallowed. */
const horizonDays = 9;

const isOn = (days: Schedule['days'], day: number): boolean => days.has((((day % 7) + 7) % 7) as Weekday);

const isInside = ({ days, first, end }: Schedule, { day, minute }: WallClock): boolean => {
  if (first < end) return isOn(days, day) && first <= minute && minute < end;
  return (isOn(days, day) && minute >= first) || (isOn(days, day - 1) && minute < end);
};

export const holdsAt = ({ expiresAt, schedule }: Validity, at: number): boolean =>
  (expiresAt === undefined || at < expiresAt) && (schedule === undefined || isInside(schedule, zonedClock(schedule.zone)(at)));

/** The moment in (from, to] from which on the zone has another offset; no zone has two of them in a day. */
const changeOfClocks = (clock: (at: number) => WallClock, from: number, to: number): number | undefined => {
  const { offset } = clock(from);
  if (clock(to).offset === offset) return undefined;
  let [before, after] = [from, to];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (clock(middle).offset === offset) before = middle;
    else after = middle;
  }
  return after;
};

/** The moments in (from, to] at which the clocks show that time of day, if they are not changed in between. */
const showing = (minute: number, { offset }: WallClock, from: number, to: number): number[] => {
  const first = Math.floor((from + offset) / dayMs) * dayMs + minute * minuteMs - offset;
  return [first, first + dayMs, first + 2 * dayMs].filter((moment) => from < moment && moment <= to);
};

/** Where the window may begin or end in (from, to]; ascending. */
const marksBetween = ({ first, end }: Schedule, clock: (at: number) => WallClock, from: number, to: number): number[] => {
  const change = changeOfClocks(clock, from, to);
  const pieces = change === undefined ? [[from, to] as const] : [[from, change - 1] as const, [change, to] as const];
  const marks = pieces.flatMap(([begin, last]) => [first, end % 1440].flatMap((minute) => showing(minute, clock(begin), begin, last)));
  return [...marks, ...(change === undefined ? [] : [change])].sort((a, b) => a - b);
};

const edgeOfSchedule = (schedule: Schedule, at: number): number | undefined => {
  const clock = zonedClock(schedule.zone);
  const isAt = (moment: number): boolean => isInside(schedule, clock(moment));
  const now = isAt(at);
  for (let day = 0; day < horizonDays; day++) {
    const edge = marksBetween(schedule, clock, at + day * dayMs, at + (day + 1) * dayMs).find((moment) => isAt(moment) !== now);
    if (edge !== undefined) return edge;
  }
  return undefined;
};

/** The next moment after `at` at which `holdsAt` changes. Undefined: never. */
export const nextEdgeOf = (validity: Validity, at: number): number | undefined => {
  const { expiresAt, schedule } = validity;
  if (expiresAt !== undefined && at >= expiresAt) return undefined;
  const edge = schedule === undefined ? undefined : edgeOfSchedule(schedule, at);
  if (expiresAt === undefined || (edge !== undefined && edge < expiresAt)) return edge;
  return holdsAt(validity, at) ? expiresAt : undefined;
};
