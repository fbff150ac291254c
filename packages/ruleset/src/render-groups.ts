/**
 * A policy group and direction to a chain that finds the class of the other side, and from it the row: exact addresses
 * first, then prefixes, then everybody else. A found address never falls through to a prefix: its class already counts
 * the prefixes in.
 *
 * @module
 */
import { findRange, type ClassTable, type ClassTables, type RowId } from '@firsthop/classifier';
import { type Address, type AddressRange, formatAddress, formatCidr, type Family, familyOf, rangeCidrs } from '@firsthop/netaddr';
import { type Direction, groupName, rowChain } from './names.ts';
import type { Chain, NftMap } from './nft-state.ts';

export interface RenderedGroup {
  readonly chain: [string, Chain];
  readonly maps: readonly [string, NftMap][];
}

/** As nft prints it: a prefix where it is one, a bare address where that is all. */
export const formatRange = (range: AddressRange): string => {
  if (range.first === range.last) return formatAddress(range.first);
  const [cidr, ...more] = rangeCidrs(range);
  return cidr !== undefined && more.length === 0 ? formatCidr(cidr) : `${formatAddress(range.first)}-${formatAddress(range.last)}`;
};

export const renderGroup = (tables: ClassTables, group: string, direction: Direction, table: ClassTable): RenderedGroup => {
  const everybody = table.rows.get(0);
  if (everybody === undefined) throw new Error(`the table of group ${group} has no row for class 0`);
  const rowOf = (classId: number): RowId => table.rows.get(classId) ?? everybody;
  const maps: [string, NftMap][] = [];
  const lookups: string[] = [];
  for (const family of [4, 6] as const) {
    const side = `${family === 4 ? 'ip' : 'ip6'} ${direction === 'ingress' ? 'saddr' : 'daddr'}`;
    const ranges = tables.ranges.filter(({ range }) => familyOf(range.first) === family);
    const fallThrough = (address: Address): RowId => rowOf(findRange(ranges, address)?.class ?? 0);
    const exact = [...tables.addresses].filter(([address, classId]) => familyOf(address) === family && rowOf(classId) !== fallThrough(address)).map(([address, classId]): [string, string] => [formatAddress(address), `goto ${rowChain(rowOf(classId))}`]);
    const wide = ranges.filter((one) => rowOf(one.class) !== everybody).map((one): [string, string] => [formatRange(one.range), `goto ${rowChain(rowOf(one.class))}`]);
    for (const [what, elements, interval] of [[`a${family}`, exact, false], [`n${family}`, wide, true]] as const) {
      if (elements.length === 0) continue;
      const name = groupName(what, group, direction);
      maps.push([name, verdictMap(family, elements, interval)]);
      lookups.push(`${side} vmap @${name}`);
    }
  }
  // Exact addresses of both families before prefixes of either.
  lookups.sort((a, b) => Number(a.includes('@n')) - Number(b.includes('@n')));
  return { chain: [groupName('g', group, direction), { rules: [...lookups, `goto ${rowChain(everybody)}`] }], maps };
};

const verdictMap = (family: Family, elements: readonly (readonly [string, string])[], interval: boolean): NftMap => ({ type: `ipv${family}_addr : verdict`, interval, elements: new Map(elements) });
