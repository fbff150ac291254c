/**
 * Unknown values of foreign objects, read with everything that is wrong with them noted on the side. Null is absent, as in the
 * Kubernetes API; a field that is not looked for is a fault, because whatever was meant by it would be missing.
 *
 * @module
 */
import { quoteForeign, readRecord } from '@firsthop/base';
import type { PolicyError, PolicyErrorCode } from '@firsthop/policy';

export type Path = readonly (string | number)[];
export type ForeignRecord = ReadonlyMap<string, unknown>;

export const isAbsent = (raw: unknown): boolean => raw === undefined || raw === null;
export const describe = (raw: unknown): string => (typeof raw === 'string' ? quoteForeign(raw) : typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : Array.isArray(raw) ? 'a list' : typeof raw);

const longestList = 10_000;

export class Notebook {
  readonly errors: PolicyError[] = [];
  readonly notes: PolicyError[] = [];

  error(code: PolicyErrorCode, path: Path, message: string): undefined {
    this.errors.push({ code, path, message });
  }

  note(path: Path, message: string): void {
    this.notes.push({ code: 'UNSUPPORTED', path, message });
  }

  /** What the work gave, or undefined if it found a fault. */
  attempt<T>(work: (book: Notebook) => T): T | undefined {
    const book = new Notebook();
    const value = work(book);
    this.errors.push(...book.errors);
    this.notes.push(...book.notes);
    return book.errors.length > 0 ? undefined : value;
  }

  /** Without `known`, members are the caller's business. */
  object(raw: unknown, path: Path, known?: readonly string[]): ForeignRecord | undefined {
    if (isAbsent(raw)) return undefined;
    const record = readRecord(raw);
    if (record === undefined) return this.error('TYPE', path, `an object is expected here, not ${describe(raw)}`);
    if (known !== undefined) for (const key of record.keys()) if (!known.includes(key)) this.error('UNKNOWN_FIELD', [...path, key], `unknown field; known are ${known.join(', ')}`);
    return record;
  }

  required(raw: unknown, path: Path, known?: readonly string[]): ForeignRecord | undefined {
    return isAbsent(raw) ? this.error('REQUIRED', path, 'an object is expected here') : this.object(raw, path, known);
  }

  /** Undefined: not written, or no list. */
  list(raw: unknown, path: Path): readonly unknown[] | undefined {
    if (isAbsent(raw)) return undefined;
    if (!Array.isArray(raw)) return this.error('TYPE', path, `a list is expected here, not ${describe(raw)}`);
    return raw.length > longestList ? this.error('TOO_LARGE', path, `${raw.length} items, and at most ${longestList} are read`) : raw;
  }

  text(raw: unknown, path: Path): string | undefined {
    if (isAbsent(raw) || raw === '') return undefined;
    return typeof raw === 'string' ? raw : this.error('TYPE', path, `a text is expected here, not ${describe(raw)}`);
  }

  texts(raw: unknown, path: Path): string[] | undefined {
    return this.list(raw, path)?.flatMap((item, i) => (typeof item === 'string' ? [item] : (this.error('TYPE', [...path, i], `a text is expected here, not ${describe(item)}`) ?? [])));
  }

  flag(raw: unknown, path: Path): boolean | undefined {
    if (isAbsent(raw)) return undefined;
    return typeof raw === 'boolean' ? raw : this.error('TYPE', path, `true or false is expected here, not ${describe(raw)}`);
  }

  number(raw: unknown, path: Path, [first, last]: readonly [number, number]): number | undefined {
    if (isAbsent(raw)) return undefined;
    return typeof raw === 'number' && raw >= first && raw <= last ? raw : this.error(typeof raw === 'number' ? 'UNKNOWN_VALUE' : 'TYPE', path, `a number ${first}..${last} is expected here, not ${describe(raw)}`);
  }

  integer(raw: unknown, path: Path, range: readonly [number, number]): number | undefined {
    const number = this.number(raw, path, range);
    return number === undefined || Number.isInteger(number) ? number : this.error('UNKNOWN_VALUE', path, `a whole number is expected here, not ${number}`);
  }

  choice<T extends string>(raw: unknown, path: Path, choices: readonly T[]): T | undefined {
    const choice = choices.find((one) => one === raw);
    if (choice !== undefined) return choice;
    return this.error(isAbsent(raw) ? 'REQUIRED' : typeof raw === 'string' ? 'UNKNOWN_VALUE' : 'TYPE', path, `one of ${choices.join(', ')} is expected here${isAbsent(raw) ? '' : `, not ${describe(raw)}`}`);
  }

  /** A field that means something, which our own kinds cannot say. */
  unsayable(record: ForeignRecord, fields: readonly string[], path: Path, why: string): void {
    for (const field of fields) if (!isEmpty(record.get(field))) this.error('UNSUPPORTED', [...path, field], `${field} cannot be said here: ${why}`);
  }
}

/** Written, but in the form that means nothing. */
export const isEmpty = (raw: unknown): boolean => isAbsent(raw) || raw === false || raw === '' || (Array.isArray(raw) && raw.length === 0);
