/**
 * What all policy groups of a node together say to a class, as one number: its profile. Classes that hear the same have the same profile.
 *
 * @module
 */
import { type ClassId, type ClassTables, findRange, type RowId } from '@firsthop/classifier';
import { type Address, familyOf } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import type { Direction } from '../names.ts';
import { NOTHING, numbersOf } from './numbers.ts';

const directions: readonly Direction[] = ['ingress', 'egress'];

/** What something is called by all that it does: a row, or one direction of a policy group. */
export type Name = string;

/** One direction of one policy group. */
export interface GroupSide {
  readonly group: PolicyGroupId;
  readonly direction: Direction;
  /** Of what it says to everybody too: when that changes, it is another one. */
  readonly name: Name;
  readonly everybody: Name;
  readonly rows: ReadonlyMap<ClassId, Name>;
}

export const groupSides = ({ groups }: Pick<ClassTables, 'groups'>, names: ReadonlyMap<RowId, Name>): GroupSide[] =>
  [...groups].flatMap(([group, table]) =>
    directions.map((direction): GroupSide => {
      const rows = new Map([...table[direction].rows].map(([id, row]) => [id, names.get(row) ?? row]));
      const everybody = rows.get(0);
      if (everybody === undefined) throw new Error(`the table of group ${group} has no row for class 0`);
      return { group, direction, name: `${direction}/${group}/${everybody}`, everybody, rows };
    }),
  );

export interface Profiles {
  /** A class that is not in it hears what everybody hears. */
  readonly ofClass: ReadonlyMap<ClassId, number>;
  /** Per group side, by its name: the row of each profile that hears something special. */
  readonly rows: ReadonlyMap<Name, ReadonlyMap<number, Name>>;
}

export const profilesOf = (sides: readonly GroupSide[]): Profiles => {
  const heard = new Map<ClassId, string[]>();
  for (const { name, everybody, rows } of sides.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    for (const [id, row] of rows) {
      if (id === 0 || row === everybody) continue;
      const list = heard.get(id);
      if (list === undefined) heard.set(id, [`${name} ${row}`]);
      else list.push(`${name} ${row}`);
    }
  const texts = new Map([...heard].map(([id, list]): [ClassId, string] => [id, list.join('\n')]));
  const numbers = numbersOf(texts.values());
  const ofClass = new Map([...texts].map(([id, text]): [ClassId, number] => [id, numbers.get(text) ?? NOTHING]));
  const rows = new Map(sides.map(({ name, everybody, rows: listed }) => [name, new Map([...listed].flatMap(([id, row]): [number, Name][] => (id === 0 || row === everybody ? [] : [[ofClass.get(id) ?? NOTHING, row]])))]));
  return { ofClass, rows };
};

const profileOfClass = ({ ofClass }: Profiles, id: ClassId | undefined): number => ofClass.get(id ?? 0) ?? NOTHING;

/** Undefined: no element, because what is found without one is right. */
export const profileOfAddress = ({ addresses }: Pick<ClassTables, 'addresses'>, ranges: ClassTables['ranges'], profiles: Profiles, address: Address): number | undefined => {
  const id = addresses.get(address);
  if (id === undefined) return undefined;
  const own = profileOfClass(profiles, id);
  return own === profileOfClass(profiles, findRange(ranges, address)?.class) ? undefined : own;
};

/** Ranges of one family that hear something special. */
export const profiledRanges = ({ ranges }: Pick<ClassTables, 'ranges'>, profiles: Profiles, family: 4 | 6): { readonly range: ClassTables['ranges'][number]['range']; readonly profile: number }[] =>
  ranges.filter(({ range }) => familyOf(range.first) === family).map((one) => ({ range: one.range, profile: profileOfClass(profiles, one.class) })).filter(({ profile }) => profile !== NOTHING);
