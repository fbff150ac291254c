/**
 * Stands in for vitest in the judge: runs the same test files in the same process, at a twentieth of the cost, and stops at the first
 * test that fails. It knows only what these files use; anything else is not a function, and so a failure of the run without a mutant.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';

interface Test {
  readonly name: string;
  readonly run: () => unknown;
}

export const collected: Test[] = [];

type Body = (...row: never[]) => unknown;

/** Rows that are lists are spread over the parameters, others are the one parameter. */
const each = (register: (name: string, run: () => unknown) => void) => (rows: readonly unknown[]) => (name: string, ...rest: readonly unknown[]) => {
  const body = rest.find((one) => typeof one === 'function') as Body;
  for (const row of rows) register(name, () => body(...((Array.isArray(row) ? row : [row]) as never[])));
};

const register = (name: string, run: () => unknown): void => void collected.push({ name, run });
const open = (_: string, run: () => unknown): void => void run();

const itself = (name: string, ...rest: readonly unknown[]): void => register(name, rest.find((one) => typeof one === 'function') as () => unknown);
export const it: typeof itself & { each: ReturnType<typeof each> } = Object.assign(itself, { each: each(register) });
export const describe: typeof open & { each: ReturnType<typeof each> } = Object.assign(open, { each: each(open) });

/** Without what is undefined, as `toEqual` compares. */
const plain = (value: unknown): unknown => {
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, plain(one)]));
  if (value instanceof Set || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, plain(one)]])));
};

const isEqual = (a: unknown, b: unknown): boolean => isDeepStrictEqual(plain(a), plain(b));

const holds = (is: unknown, should: unknown): boolean => {
  if (typeof is === 'string') return is.includes(String(should));
  return [...(is as Iterable<unknown>)].includes(should);
};

/** Whether calling it throws what is asked for. */
const throws = (call: unknown, should: unknown): boolean => {
  try {
    (call as () => unknown)();
    return false;
  } catch (error) {
    if (should === undefined || typeof should === 'function') return true;
    return should instanceof RegExp ? should.test(String(error)) : String(error).includes(String(should));
  }
};

const matchers: Readonly<Record<string, (is: unknown, should: unknown) => boolean>> = {
  toBe: Object.is,
  toEqual: isEqual,
  toStrictEqual: isEqual,
  toBeUndefined: (is) => is === undefined,
  toBeDefined: (is) => is !== undefined,
  toHaveLength: (is, should) => (is as { readonly length: number }).length === should,
  toContain: holds,
  toThrow: throws,
  toMatch: (is, should) => (should instanceof RegExp ? should.test(String(is)) : String(is).includes(String(should))),
  toBeGreaterThan: (is, should) => Number(is) > Number(should),
  toBeGreaterThanOrEqual: (is, should) => Number(is) >= Number(should),
  toBeLessThan: (is, should) => Number(is) < Number(should),
  toBeLessThanOrEqual: (is, should) => Number(is) <= Number(should),
};

type Asked = Record<string, (should?: unknown) => void>;

const asked = (is: unknown, isNot: boolean): Asked =>
  Object.fromEntries(
    Object.entries(matchers).map(([name, holds]) => [
      name,
      (should?: unknown): void => {
        if (holds(is, should) === isNot) throw new Error(`${isNot ? 'not ' : ''}${name}`);
      },
    ]),
  );

export const expect = (is: unknown): Asked & { not: Asked } => Object.assign(asked(is, false), { not: asked(is, true) }) as Asked & { not: Asked };
