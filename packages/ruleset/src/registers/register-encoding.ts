/**
 * Policy as elements: which address has which profile, which row a group gives a profile, and what a row says. The chains that look them up are
 * small, one for each side of a group and one for each row.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import { type Family, familyOf, formatAddress } from '@firsthop/netaddr';
import { dispatch, dispatchMaps } from '../dispatch-maps.ts';
import { AddressElements } from '../elements/address-elements.ts';
import type { Bound, ElementChange, Encoding, Judgement } from '../encoding.ts';
import { decisionCounter } from '../names.ts';
import type { Chain, MapPart, NftMap } from '../nft-state.ts';
import { formatRange } from '../range-text.ts';
import { type Cells, rowCells } from './cells.ts';
import { coveredKey } from './covered-key.ts';
import { groupSides, type GroupSide, sideChain } from './group-sides.ts';
import { type Name, numbered, numberName, numberOf, numbersOf, numberText } from './numbers.ts';
import { Profiles } from './profiles.ts';
import { rowNames } from './row-names.ts';
import { verdictChains } from './verdict-chains.ts';
import { cellSetName } from './words.ts';

const NUMBER = 'ipv4_addr';
/** With anything mapped to it, an element of these would take half as much memory again. */
const CELL = 'inet_proto . inet_service';
const families: readonly Family[] = [4, 6];

const classMap = (family: Family): string => `class${family}`;

const mapOf = (type: string, part: MapPart, entries: readonly (readonly [string, string])[], interval = false): NftMap => ({ type, interval, part, elements: new Map(entries) });

const classMaps = (tables: ClassTables, profiles: Profiles): [string, NftMap][] => {
  const exact: Record<Family, AddressElements> = { 4: new AddressElements(4), 6: new AddressElements(6) };
  for (const address of tables.addresses.keys()) {
    const profile = profiles.ofAddress(tables, address);
    if (typeof profile === 'number') exact[familyOf(address)].put(address, numberText(profile));
  }
  return families.flatMap((family): [string, NftMap][] => {
    const ranges = profiles.ofRanges(tables, family).map(({ range, profile }): [string, string] => [formatRange(range), numberText(profile)]);
    return [
      [classMap(family), { type: `ipv${family}_addr : ${NUMBER}`, interval: false, part: 'class', elements: exact[family] }],
      [`range${family}`, mapOf(`ipv${family}_addr : ${NUMBER}`, 'class', ranges, true)],
    ];
  });
};

interface Numbers {
  readonly sides: ReadonlyMap<Name, number>;
  readonly rows: ReadonlyMap<Name, number>;
}

/** Per side: which row it gives a profile. */
const rowMaps = (sides: readonly GroupSide[], profiles: Profiles, numbers: Numbers): [string, NftMap][] => {
  const rows = new Map<Name, [string, string][]>(sides.map(({ name }) => [name, []]));
  for (const { side, profile, row } of profiles.rows()) rows.get(side)?.push([coveredKey(numberText(profile)), `goto ${numbered('w', numberOf(numbers.rows, row))}`]);
  return [...rows].map(([side, entries]) => [numbered('p', numberOf(numbers.sides, side)), mapOf(`${NUMBER} . ${NUMBER} : verdict`, 'meaning', entries)]);
};

/** The cells of a row never change, so that the set has room for no more than them. */
const cellSet = (row: number, { map, answer, cells }: Cells): [string, NftMap] => {
  const isInterval = map !== 'ports';
  return [
    cellSetName({ map, row: numberName(row), answer }),
    { ...mapOf(CELL, 'meaning', cells.map(({ key }) => [key, '']), isInterval), ...(isInterval ? {} : { size: cells.length }), counts: new Map(cells.map(({ key, decision }) => [key, decisionCounter(decision)])) },
  ];
};

const sideDispatch = (sides: readonly GroupSide[], bound: readonly Bound[], numbers: Numbers): [string, NftMap][] => {
  const chains = new Map(sides.map(({ group, direction, name }) => [`${direction} ${group}`, numbered('g', numberOf(numbers.sides, name))]));
  return dispatchMaps(bound, (group, direction) => {
    const chain = chains.get(`${direction} ${group}`);
    if (chain === undefined) throw new Error(`an endpoint has the policy group ${group}, which these tables do not have`);
    return chain;
  }, 'dispatch');
};

export const registerEncoding = (): Encoding => {
  /** Of the last judgement. */
  let known: Profiles | undefined;

  const judgement = (tables: ClassTables, bound: readonly Bound[]): Judgement => {
    const names = rowNames(tables);
    const sides = groupSides(tables, names);
    const profiles = (known = new Profiles(tables, sides));
    const numbers: Numbers = { sides: numbersOf(sides.map(({ name }) => name)), rows: numbersOf(names.values()) };
    const rows = [...tables.rows.values()].map((row) => {
      const number = numberOf(numbers.rows, names.get(row.id) ?? '');
      return { number, ...rowCells(row, number, tables.decisions) };
    });
    return {
      chains: [...verdictChains, ...rows.map(({ number, rules }): [string, Chain] => [numbered('w', number), { rules }]), ...sides.map((side) => sideChain(side, numberOf(numbers.sides, side.name), numberOf(numbers.rows, side.everybody)))],
      // What changes every day comes first: the kernel looks for a set from the beginning.
      maps: [...classMaps(tables, profiles), ...sideDispatch(sides, bound, numbers), ...rowMaps(sides, profiles, numbers), ...rows.flatMap(({ number, sets }) => sets.map((one) => cellSet(number, one)))],
      counters: [...new Set(rows.flatMap(({ counters }) => counters))],
      dispatch,
    };
  };

  /** Undefined as well where an address has a profile that there was not before. */
  const moved: Encoding['moved'] = (tables, addresses, maps) => {
    const changes: ElementChange[] = [];
    for (const address of addresses) {
      const profile = known?.ofAddress(tables, address);
      if (profile === undefined) return undefined;
      const [map, key] = [classMap(familyOf(address)), formatAddress(address)];
      const [was, now] = [maps.get(map)?.get(key), profile === null ? undefined : numberText(profile)];
      if (was !== now) changes.push({ map, key, was, now });
    }
    return changes;
  };

  return { name: 'registers', judgement, moved };
};
