/**
 * What one policy group says to each class in one direction.
 *
 * Of classes that are close together a plain array takes less room than a map, and is read with one touch of memory. In questions
 * about everybody memory is what takes the time.
 *
 * @module
 */
import type { ClassId, Row } from '@firsthop/classifier';

/** `others` and `dense` are never both in use. */
export interface Column<T> {
  readonly rest: T;
  readonly dense: readonly T[];
  readonly others: ReadonlyMap<ClassId, T>;
}

/** An array is made where at least every so-manieth place of it is used. */
const sparse = 4;

const none: ReadonlyMap<ClassId, never> = new Map<ClassId, never>();

export const openColumn = <T>(rest: T): Column<T> => ({ rest, dense: [], others: none });

export const columnOf = <T>(rest: T, rows: ReadonlyMap<ClassId, Row>, of: (row: Row) => T): Column<T> => {
  let highest = -1;
  for (const id of rows.keys()) if (id > highest) highest = id;
  if (highest >= rows.size * sparse) return { rest, dense: [], others: new Map([...rows].map(([id, row]) => [id, of(row)])) };
  const dense = Array.from({ length: highest + 1 }, () => rest);
  for (const [id, row] of rows) dense[id] = of(row);
  return { rest, dense, others: none };
};

/** The classes that are told something else than the rest. */
export function* specialIn<T>({ rest, dense, others }: Column<T>): Generator<ClassId> {
  for (const [id, said] of dense.entries()) if (said !== rest) yield id;
  for (const [id, said] of others) if (said !== rest) yield id;
}

export const saidTo = <T>({ rest, dense, others }: Column<T>, id: ClassId): T => (others === none ? (id < dense.length ? (dense[id] ?? rest) : rest) : (others.get(id) ?? rest));
