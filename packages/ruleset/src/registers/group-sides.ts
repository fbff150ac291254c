/**
 * One direction of one policy group, and its chain: exact addresses first, then ranges, then everybody.
 *
 * The chain is of this group's side alone and never changes. A packet enters one chain and is judged by it, whatever happens to its interface
 * meanwhile.
 *
 * @module
 */
import type { ClassId, ClassTables, RowId } from '@firsthop/classifier';
import type { PolicyGroupId } from '@firsthop/plan';
import type { Direction } from '../names.ts';
import type { Chain } from '../nft-state.ts';
import { type Name, numbered, numberName } from './numbers.ts';
import { judgeRuleText } from './words.ts';

const directions: readonly Direction[] = ['ingress', 'egress'];

export interface GroupSide {
  readonly group: PolicyGroupId;
  readonly direction: Direction;
  /** Of what it says to everybody too: when that changes, it is another one. */
  readonly name: Name;
  readonly everybody: Name;
  /** Of classes that hear something else. */
  readonly rows: ReadonlyMap<ClassId, Name>;
}

/** `names`: of rows. In the order of their own names. */
export const groupSides = ({ groups }: Pick<ClassTables, 'groups'>, names: ReadonlyMap<RowId, Name>): GroupSide[] =>
  [...groups]
    .flatMap(([group, table]) =>
      directions.map((direction): GroupSide => {
        const { rows } = table[direction];
        const nameOf = (row: RowId | undefined): Name | undefined => (row === undefined ? undefined : names.get(row));
        const everybody = nameOf(rows.get(0));
        if (everybody === undefined) throw new Error(`the table of group ${group} has no row for class 0`);
        const others = [...rows].flatMap(([id, row]): [ClassId, Name][] => {
          const name = nameOf(row);
          return id === 0 || name === undefined || name === everybody ? [] : [[id, name]];
        });
        return { group, direction, name: `${direction}/${group}/${everybody}`, everybody, rows: new Map(others) };
      }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const ways = { ingress: 'to', egress: 'from' } as const;

export const sideChain = ({ direction }: GroupSide, number: number, everybody: number): [string, Chain] => {
  const lookups = (['exact', 'range'] as const).flatMap((of) => (['ip', 'ip6'] as const).map((family) => judgeRuleText({ way: ways[direction], family, of, group: numberName(number) })));
  return [numbered('g', number), { rules: [...lookups, `goto ${numbered('w', everybody)}`] }];
};
