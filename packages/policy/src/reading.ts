/**
 * The few ways in which unknown values become known ones. Every fault has its path; null is absent, as in the Kubernetes API.
 *
 * @module
 */
import { fail, ok, quoteForeign, readRecord, type Result } from '@firsthop/base';
import type { PolicyError, PolicyErrorCode } from './policy-error.ts';

export type Path = readonly (string | number)[];
export type Read<T> = Result<T, readonly PolicyError[]>;
export type ForeignRecord = ReadonlyMap<string, unknown>;

export const fault = (code: PolicyErrorCode, path: Path, message: string): PolicyError => ({ code, path, message });
export const refuse = (code: PolicyErrorCode, path: Path, message: string): Read<never> => fail([fault(code, path, message)]);

export const isAbsent = (raw: unknown): boolean => raw === undefined || raw === null;
export const errorsOf = (read: Read<unknown>): readonly PolicyError[] => (read.ok ? [] : read.error);
export const describe = (raw: unknown): string => (typeof raw === 'string' ? quoteForeign(raw) : typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : Array.isArray(raw) ? 'a list' : typeof raw);

export const unknownFields = (record: ForeignRecord, known: readonly string[], path: Path): PolicyError[] =>
  [...record.keys()].filter((key) => !known.includes(key)).map((key) => fault('UNKNOWN_FIELD', [...path, key], `unknown field; known are ${known.join(', ')}`));

export const readObject = (raw: unknown, path: Path, shape: string): Read<ForeignRecord> => {
  const record = readRecord(raw);
  return record === undefined ? refuse(isAbsent(raw) ? 'REQUIRED' : 'TYPE', path, `${shape} is expected here`) : ok(record);
};

/** Absent and empty are both the empty list here; callers to whom they differ look at the raw value. */
export const readList = (raw: unknown, path: Path, limit: number): Read<readonly unknown[]> => {
  if (isAbsent(raw)) return ok([]);
  if (!Array.isArray(raw)) return refuse('TYPE', path, `a list is expected here, not ${describe(raw)}`);
  return raw.length > limit ? refuse('TOO_LARGE', path, `${raw.length} items, and at most ${limit} are read`) : ok(raw);
};

/** All items or all faults. */
export const readItems = <T>(items: readonly unknown[], path: Path, read: (item: unknown, path: Path) => Read<T>): Read<T[]> => {
  const results = items.map((item, i) => read(item, [...path, i]));
  const errors = results.flatMap(errorsOf);
  return errors.length > 0 ? fail(errors) : ok(results.flatMap((one) => (one.ok ? [one.value] : [])));
};

export const readInteger = (raw: unknown, path: Path, [first, last]: readonly [number, number], code: PolicyErrorCode): Read<number> =>
  typeof raw === 'number' && Number.isInteger(raw) && raw >= first && raw <= last ? ok(raw) : refuse(code, path, `a whole number ${first}..${last} is expected here, not ${describe(raw)}`);

export const readChoice = <T extends string>(raw: unknown, path: Path, choices: readonly T[]): Read<T> => {
  const choice = choices.find((one) => one === raw);
  if (choice !== undefined) return ok(choice);
  return refuse(isAbsent(raw) ? 'REQUIRED' : typeof raw === 'string' ? 'UNKNOWN_VALUE' : 'TYPE', path, `one of ${choices.join(', ')} is expected here${isAbsent(raw) ? '' : `, not ${describe(raw)}`}`);
};

/** Keeps the report of one object to a size that people read. */
export const capErrors = (errors: readonly PolicyError[], limit: number): readonly PolicyError[] => {
  if (errors.length <= limit) return errors;
  return [...errors.slice(0, limit), fault('TOO_LARGE', [], `${errors.length - limit} more errors in this object`)];
};
