/**
 * What one policy group says to each class in one direction.
 *
 * A group has few things to say, so each class keeps the number of one only: of classes that are close together in an array of small
 * numbers. In questions about everybody memory is what takes the time.
 *
 * @module
 */
import type { ClassId, GroupRows, Row } from '@firsthop/classifier';

type Numbers = Uint8Array | Uint16Array | Uint32Array;

/** `dense` and `others` are never both in use; both hold places in `said`. */
export interface Column<T> {
  /** The first one is for everybody who is not listed. */
  readonly said: readonly T[];
  readonly dense: Numbers;
  readonly others: ReadonlyMap<ClassId, number>;
}

/** An array is made where at least every so-manieth place of it is used: an entry of a map takes some thirty bytes. */
const sparse = 16;

const none: ReadonlyMap<ClassId, never> = new Map<ClassId, never>();
const nobody = new Uint8Array(0);

export const openColumn = <T>(rest: T): Column<T> => ({ said: [rest], dense: nobody, others: none });

const numbers = (length: number, most: number): Numbers => (most <= 0xff ? new Uint8Array(length) : most <= 0xffff ? new Uint16Array(length) : new Uint32Array(length));

export const columnOf = <T>({ rows, classes, said: places }: GroupRows, of: (row: Row) => T): Column<T> => {
  const said = rows.map(of);
  let highest = -1;
  for (const id of classes) if (id > highest) highest = id;
  if (highest >= classes.length * sparse) return { said, dense: nobody, others: new Map(classes.map((id, i) => [id, places[i] ?? 0])) };
  const dense = numbers(highest + 1, rows.length);
  for (const [i, id] of classes.entries()) dense[id] = places[i] ?? 0;
  return { said, dense, others: none };
};

/** Those of the classes that are told something else than the rest. */
export const specialIn = <T>(column: Column<T>, classes: ReadonlySet<ClassId>): ClassId[] => {
  const [rest] = column.said;
  // Whatever is longer is not walked through: both may be as many as there are prefixes.
  const walked = column.others === none || classes.size <= column.others.size ? classes : column.others.keys();
  return [...walked].filter((id) => classes.has(id) && saidTo(column, id) !== rest);
};

export const saidTo = <T>({ said, dense, others }: Column<T>, id: ClassId): T => said[others === none ? (id < dense.length ? (dense[id] ?? 0) : 0) : (others.get(id) ?? 0)] as T;
