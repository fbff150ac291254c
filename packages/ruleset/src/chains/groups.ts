/**
 * A policy group and direction to a chain that finds the class of the other side, and from it the row: exact addresses
 * first, then prefixes, then everybody else. A found address never falls through to a prefix: its class already counts
 * the prefixes in.
 *
 * @module
 */
import { type ClassId, findRange, type ClassTable, type ClassTables, type RowId } from '@firsthop/classifier';
import { type Address, type Family, familyOf, formatAddress } from '@firsthop/netaddr';
import { type Direction, groupName, rowChain } from '../names.ts';
import { elementsOf } from '../elements/elements.ts';
import type { Chain, NftMap } from '../nft-state.ts';
import { formatRange } from '../range-text.ts';

export interface RenderedGroup {
  readonly chain: [string, Chain];
  readonly maps: readonly [string, NftMap][];
}

const sides = { ingress: 'saddr', egress: 'daddr' } as const;

type ByFamily = Readonly<Record<Family, ClassTables['ranges']>>;

/** Every group asks for the same. */
const split = new WeakMap<ClassTables['ranges'], ByFamily>();

const byFamily = (ranges: ClassTables['ranges']): ByFamily => {
  const known = split.get(ranges);
  if (known !== undefined) return known;
  const of = (family: Family): ClassTables['ranges'] => ranges.filter(({ range }) => familyOf(range.first) === family);
  const made = { 4: of(4), 6: of(6) };
  split.set(ranges, made);
  return made;
};

/** What one group says in one direction about an address, as an element of its map. */
export class GroupElements {
  readonly #rows: ClassTable['rows'];
  readonly #addresses: ClassTables['addresses'];
  readonly #everybody: RowId;
  readonly #ranges: ByFamily;

  constructor({ addresses, ranges }: Pick<ClassTables, 'addresses' | 'ranges'>, group: string, { rows }: ClassTable) {
    const everybody = rows.get(0);
    if (everybody === undefined) throw new Error(`the table of group ${group} has no row for class 0`);
    [this.#rows, this.#addresses, this.#everybody] = [rows, addresses, everybody];
    this.#ranges = byFamily(ranges);
  }

  get everybody(): RowId {
    return this.#everybody;
  }

  /** Undefined: no element, because what is found without one is right. */
  ofAddress(address: Address): string | undefined {
    const id = this.#addresses.get(address);
    if (id === undefined) return undefined;
    const row = this.#rowOf(id);
    return row === this.#rowOf(findRange(this.#ranges[familyOf(address)], address)?.class ?? 0) ? undefined : `goto ${rowChain(row)}`;
  }

  exact(family: Family): [string, string][] {
    return [...this.#addresses.keys()].flatMap((address): [string, string][] => {
      const value = familyOf(address) === family ? this.ofAddress(address) : undefined;
      return value === undefined ? [] : [[formatAddress(address), value]];
    });
  }

  wide(family: Family): [string, string][] {
    return this.#ranges[family].filter((one) => this.#rowOf(one.class) !== this.#everybody).map((one) => [formatRange(one.range), `goto ${rowChain(this.#rowOf(one.class))}`]);
  }

  #rowOf(id: ClassId): RowId {
    return this.#rows.get(id) ?? this.#everybody;
  }
}

export const exactMapName = (family: Family, group: string, direction: Direction): string => groupName(`a${family}`, group, direction);

export const renderGroup = (tables: ClassTables, group: string, direction: Direction, table: ClassTable): RenderedGroup => {
  const elements = new GroupElements(tables, group, table);
  const maps: [string, NftMap][] = [];
  const lookups: string[] = [];
  for (const family of [4, 6] as const) {
    const side = `${family === 4 ? 'ip' : 'ip6'} ${sides[direction]}`;
    for (const [name, entries, interval] of [[exactMapName(family, group, direction), elements.exact(family), false], [groupName(`n${family}`, group, direction), elements.wide(family), true]] as const) {
      if (entries.length === 0) continue;
      maps.push([name, verdictMap(family, entries, interval)]);
      lookups.push(`${side} vmap @${name}`);
    }
  }
  // Exact addresses of both families before prefixes of either.
  lookups.sort((a, b) => Number(a.includes('@n')) - Number(b.includes('@n')));
  return { chain: [groupName('g', group, direction), { rules: [...lookups, `goto ${rowChain(elements.everybody)}`] }], maps };
};

const verdictMap = (family: Family, elements: readonly (readonly [string, string])[], interval: boolean): NftMap => {
  const type = `ipv${family}_addr : verdict`;
  return { type, interval, elements: elementsOf(type, interval, elements) };
};
