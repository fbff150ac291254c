/**
 * `expiresAt` and `schedule` of our own kinds. What cannot be read spoils the policy: it may have been over long ago.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { describe, errorsOf, type ForeignRecord, isAbsent, type Path, type Read, readChoice, readItems, readList, readObject, refuse, unknownFields } from './reading.ts';
import type { Schedule, Validity, Weekday } from './validity.ts';
import { isZone } from './zoned-clock.ts';

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|[+-](\d\d):(\d\d))$/;

/** Date.parse is lenient with days that do not exist; RFC 3339 is not. */
const isMoment = ([, year, month, day, hour, minute, second, zoneHour = '0', zoneMinute = '0']: readonly (string | undefined)[]): boolean => {
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const isDay = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= daysOfMonth;
  return isDay && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && Number(zoneHour) < 24 && Number(zoneMinute) < 60;
};

const readExpiry = (raw: unknown, path: Path): Read<number | undefined> => {
  if (isAbsent(raw)) return ok(undefined);
  const parts = typeof raw === 'string' ? rfc3339.exec(raw) : null;
  const moment = parts !== null && isMoment(parts) ? Date.parse(parts[0].toUpperCase()) : Number.NaN;
  return Number.isNaN(moment) ? refuse(typeof raw === 'string' ? 'UNKNOWN_VALUE' : 'TYPE', path, `${describe(raw)} is not a moment such as 2027-01-01T00:00:00Z`) : ok(moment);
};

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const dayNumbers: Readonly<Record<(typeof weekdays)[number], Weekday>> = { Sun: 0, Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6 };
const everyDay: ReadonlySet<Weekday> = new Set(Object.values(dayNumbers));

/** Absent: every day. An empty list would be a window that never opens, and is refused. */
const readDays = (raw: unknown, path: Path): Read<ReadonlySet<Weekday>> => {
  if (isAbsent(raw)) return ok(everyDay);
  const items = readList(raw, path, weekdays.length);
  if (!items.ok) return items;
  if (items.value.length === 0) return refuse('REQUIRED', path, 'at least one day is expected here; leave the list out to mean every day');
  const days = readItems(items.value, path, (item, at) => readChoice(item, at, weekdays));
  return days.ok ? ok(new Set(days.value.map((day) => dayNumbers[day]))) : days;
};

/** Minutes since midnight; 24:00 is the end of a day. */
const readTime = (raw: unknown, path: Path, last: number): Read<number> => {
  const [, hours, minutes] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(typeof raw === 'string' ? raw : '') ?? [];
  const time = Number(hours) * 60 + Number(minutes);
  return time <= last ? ok(time) : refuse(isAbsent(raw) ? 'REQUIRED' : 'UNKNOWN_VALUE', path, `a time such as "08:00" is expected here${isAbsent(raw) ? '' : `, not ${describe(raw)}`}`);
};

const readZone = (raw: unknown, path: Path): Read<string> =>
  typeof raw === 'string' && raw.length <= 64 && isZone(raw) ? ok(raw) : refuse(isAbsent(raw) ? 'REQUIRED' : 'UNKNOWN_VALUE', path, `an IANA zone such as Europe/Berlin is expected here${isAbsent(raw) ? '' : `, not ${describe(raw)}`}`);

const readSchedule = (raw: unknown, path: Path): Read<Schedule | undefined> => {
  if (isAbsent(raw)) return ok(undefined);
  const object = readObject(raw, path, '{zone, days, from, to}');
  if (!object.ok) return object;
  const at = (field: string): Path => [...path, field];
  const unknown = unknownFields(object.value, ['zone', 'days', 'from', 'to'], path);
  const zone = readZone(object.value.get('zone'), at('zone'));
  const days = readDays(object.value.get('days'), at('days'));
  const [first, end] = [readTime(object.value.get('from'), at('from'), 1439), readTime(object.value.get('to'), at('to'), 1440)];
  if (unknown.length > 0 || !zone.ok || !days.ok || !first.ok || !end.ok) return fail([unknown, ...[zone, days, first, end].map(errorsOf)].flat());
  if (first.value === end.value) return refuse('UNKNOWN_VALUE', at('to'), 'from and to are the same: write 00:00 and 24:00 to mean the whole day');
  // A window to 00:00 ends with its day.
  return ok({ zone: zone.value, days: days.value, first: first.value, end: end.value === 0 ? 1440 : end.value });
};

/** `undefined`: always. */
export const readValidity = (spec: ForeignRecord): Read<Validity | undefined> => {
  const expiresAt = readExpiry(spec.get('expiresAt'), ['spec', 'expiresAt']);
  const schedule = readSchedule(spec.get('schedule'), ['spec', 'schedule']);
  if (!expiresAt.ok || !schedule.ok) return fail([...errorsOf(expiresAt), ...errorsOf(schedule)]);
  if (expiresAt.value === undefined && schedule.value === undefined) return ok(undefined);
  return ok({ ...(expiresAt.value === undefined ? {} : { expiresAt: expiresAt.value }), ...(schedule.value === undefined ? {} : { schedule: schedule.value }) });
};
