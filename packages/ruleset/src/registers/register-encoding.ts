/**
 * Policy as elements: whose address has which profile, which profile gets which row from which group, and what a row says. The chains that look
 * them up are the same for every plan, but for a small one for each row.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import { type Address, type Family, familyOf, formatAddress } from '@firsthop/netaddr';
import type { Bound, ElementChange, Encoding, Judgement } from '../encoding.ts';
import { endpointKeys } from '../endpoint-keys.ts';
import { decisionCounter, type Direction } from '../names.ts';
import type { Chain, MapPart, NftMap } from '../nft-state.ts';
import { formatRange } from '../range-text.ts';
import { rowCells } from './cells.ts';
import { judgingChains, judgingDispatch } from './judging-chains.ts';
import { NOTHING, numbersOf, numberText } from './numbers.ts';
import { groupSides, type GroupSide, type Name, profiledRanges, profileOfAddress, type Profiles, profilesOf } from './profiles.ts';
import { rowKey } from './row-key.ts';
import { rowNames } from './row-names.ts';
import { verdictChains } from './verdict-chains.ts';

const NUMBER = 'ipv4_addr';
const CELL = `${NUMBER} . ${NUMBER} . inet_proto . inet_service : verdict`;
const families: readonly Family[] = [4, 6];
const ways: readonly (readonly [way: 'from' | 'to', direction: Direction])[] = [['from', 'egress'], ['to', 'ingress']];

const classMap = (family: Family): string => `class${family}`;

interface Numbers {
  readonly groups: ReadonlyMap<Name, number>;
  readonly rows: ReadonlyMap<Name, number>;
}

const rowChain = (number: number): string => `w_${number.toString(16).padStart(8, '0')}`;

const mapOf = (type: string, part: MapPart, entries: readonly (readonly [string, string])[], interval = false): NftMap => ({ type, interval, part, elements: new Map(entries) });

/** Which row a group's side gives a profile; everybody else is the profile `NOTHING`. */
const rowElements = (sides: readonly GroupSide[], profiles: Profiles, { groups, rows }: Numbers): [string, string][] =>
  sides.flatMap(({ name, everybody }) => {
    const group = numberText(groups.get(name) ?? NOTHING);
    const go = (row: Name): string => `goto ${rowChain(rows.get(row) ?? NOTHING)}`;
    const listed = [...(profiles.rows.get(name) ?? [])].map(([profile, row]): [string, string] => [rowKey(group, numberText(profile)), go(row)]);
    return [[rowKey(group, numberText(NOTHING)), go(everybody)], ...listed];
  });

const classMaps = (tables: ClassTables, profiles: Profiles): [string, NftMap][] =>
  families.flatMap((family): [string, NftMap][] => {
    const exact = [...tables.addresses.keys()].flatMap((address): [string, string][] => {
      const profile = familyOf(address) === family ? profileOfAddress(tables, tables.ranges, profiles, address) : undefined;
      return profile === undefined ? [] : [[formatAddress(address), numberText(profile)]];
    });
    const ranges = profiledRanges(tables, profiles, family).map(({ range, profile }): [string, string] => [formatRange(range), numberText(profile)]);
    return [
      [classMap(family), mapOf(`ipv${family}_addr : ${NUMBER}`, 'class', exact)],
      [`range${family}`, mapOf(`ipv${family}_addr : ${NUMBER}`, 'class', ranges, true)],
    ];
  });

const dispatchMaps = (sides: readonly GroupSide[], bound: readonly Bound[], { groups }: Numbers): [string, NftMap][] =>
  ways.flatMap(([way, direction]): [string, NftMap][] => {
    const numbers = new Map(sides.filter((side) => side.direction === direction).map(({ group, name }) => [group, groups.get(name)]));
    const numberOf = ({ endpoint: { policyGroup } }: Bound): string => {
      const number = numbers.get(policyGroup);
      if (number === undefined) throw new Error(`an endpoint has the policy group ${policyGroup}, which these tables do not have`);
      return numberText(number);
    };
    const entries = (keys: readonly (readonly [string, Bound])[]): [string, string][] => keys.map(([key, one]) => [key, numberOf(one)]);
    return [
      [`group_${way}_if`, mapOf(`ifname : ${NUMBER}`, 'dispatch', entries(endpointKeys.routed(bound)))],
      ...families.map((family): [string, NftMap] => [`group_${way}_br${family}`, mapOf(`ifname . ipv${family}_addr : ${NUMBER}`, 'dispatch', entries(endpointKeys.bridged(bound, family)))]),
    ];
  });

export const registerEncoding = (): Encoding => {
  /** Of the last judgement. */
  let known: Profiles | undefined;

  const judgement = (tables: ClassTables, bound: readonly Bound[]): Judgement => {
    const names = rowNames(tables);
    const sides = groupSides(tables, names);
    const profiles = (known = profilesOf(sides));
    const numbers: Numbers = { groups: numbersOf(sides.map(({ name }) => name)), rows: numbersOf(names.values()) };
    const rows = [...tables.rows.values()].map((row) => {
      const number = numbers.rows.get(names.get(row.id) ?? '') ?? NOTHING;
      return { chain: rowChain(number), ...rowCells(row, number, tables.decisions) };
    });
    const cells = (which: 'exact' | 'spans'): NftMap => {
      const all = rows.flatMap((row) => row[which]);
      return { ...mapOf(CELL, 'meaning', all.map(({ key, verdict }) => [key, verdict]), which === 'spans'), counts: new Map(all.map(({ key, decision }) => [key, decisionCounter(decision)])) };
    };
    return {
      chains: [...judgingChains, ...verdictChains, ...rows.map(({ chain, rules }): [string, Chain] => [chain, { rules }])],
      // What changes every day comes first: the kernel looks for a set from the beginning.
      maps: [...classMaps(tables, profiles), ...dispatchMaps(sides, bound, numbers), ['rows', mapOf(`${NUMBER} . ${NUMBER} . ${NUMBER} : verdict`, 'meaning', rowElements(sides, profiles, numbers))], ['cells', cells('exact')], ['spans', cells('spans')]],
      counters: [],
      dispatch: judgingDispatch,
    };
  };

  const moved: Encoding['moved'] = (tables, addresses, maps) => {
    const profiles = known;
    if (profiles === undefined) return undefined;
    return [...addresses].flatMap((address: Address): ElementChange[] => {
      const [map, key] = [classMap(familyOf(address)), formatAddress(address)];
      const profile = profileOfAddress(tables, tables.ranges, profiles, address);
      const [was, now] = [maps.get(map)?.get(key), profile === undefined ? undefined : numberText(profile)];
      return was === now ? [] : [{ map, key, was, now }];
    });
  };

  return { name: 'registers', judgement, moved };
};
