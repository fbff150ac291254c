/**
 * The commands that turn one state into another, in one transaction: what is referred to comes first and goes last; base
 * chains are never deleted; the table neither.
 *
 * @module
 */
import type { ElementChange } from './ruleset-renderer.ts';
import { type Chain, emptyTable, isVerdictMap, type NftMap, type NftState, TABLE, type TableFamily, type TableState } from './nft-state.ts';

export interface Transaction {
  /** Lines of `nft -f -`. Empty: nothing to do. */
  readonly lines: readonly string[];
  /** Objects that differ: chains, maps, counters and single elements. */
  readonly differences: number;
}

/** Whether two rule texts mean the same; nft may print a rule otherwise than it was written. */
export type SameRule = (desired: string, actual: string) => boolean;

export const diffState = (actual: NftState, desired: NftState, sameRule: SameRule): Transaction => {
  const parts = [...desired].map(([family, table]) => diffTable(family, actual.get(family), table, sameRule));
  return { lines: parts.flatMap(({ lines }) => lines), differences: parts.reduce((sum, part) => sum + part.differences, 0) };
};

const diffTable = (family: TableFamily, was: TableState | undefined, now: TableState, sameRule: SameRule): Transaction => {
  const at = `${family} ${TABLE}`;
  const old = was ?? emptyTable;
  const changed = [...now.chains].filter(([name, chain]) => !sameChain(old.chains.get(name), chain, sameRule));
  const newMaps = [...now.maps].filter(([name, map]) => !sameDeclaration(old.maps.get(name), map));
  // A map of another type under the same name must go first; ours never change type, a stranger's might.
  const wrongMaps = newMaps.filter(([name]) => old.maps.has(name));
  const goneChains = [...old.chains].filter(([name, { base }]) => !now.chains.has(name) && base === undefined).map(([name]) => name);
  const goneMaps = [...old.maps.keys()].filter((name) => !now.maps.has(name));
  const goneCounters = [...old.counters].filter((name) => !now.counters.has(name));
  const newCounters = [...now.counters].filter((name) => !old.counters.has(name));
  const elements = [...now.maps].flatMap(([name, map]) => diffElements(at, name, wrongMaps.some(([wrong]) => wrong === name) ? undefined : old.maps.get(name), map));
  const lines = [
    ...(was === undefined ? [`add table ${at}`] : []),
    ...newCounters.map((name) => `add counter ${at} ${name}`),
    ...changed.map(([name, { base }]) => `add chain ${at} ${name}${base === undefined || old.chains.get(name)?.base !== undefined ? '' : ` { ${base} }`}`),
    ...wrongMaps.map(([name]) => `delete ${isVerdictMap(old.maps.get(name) as NftMap) ? 'map' : 'set'} ${at} ${name}`),
    ...newMaps.map(([name, map]) => declaration(at, name, map)),
    ...elements,
    ...changed.flatMap(([name, { rules }]) => [...(old.chains.has(name) ? [`flush chain ${at} ${name}`] : []), ...rules.map((rule) => `add rule ${at} ${name} ${rule}`)]),
    ...goneChains.map((name) => `flush chain ${at} ${name}`),
    ...goneMaps.map((name) => `delete ${isVerdictMap(old.maps.get(name) as NftMap) ? 'map' : 'set'} ${at} ${name}`),
    ...goneChains.map((name) => `delete chain ${at} ${name}`),
    ...goneCounters.map((name) => `delete counter ${at} ${name}`),
  ];
  return { lines, differences: lines.length };
};

/** The same for changes of elements in maps of the table `inet` that are already known. */
export const linesOfChanges = (changes: readonly ElementChange[]): string[] => {
  const at = `inet ${TABLE}`;
  const byMap = new Map<string, ElementChange[]>();
  for (const change of changes) byMap.set(change.map, [...(byMap.get(change.map) ?? []), change]);
  return [...byMap].flatMap(([name, list]) => {
    const gone = list.flatMap(({ key, was }) => (was === undefined ? [] : [key]));
    const come = list.flatMap(({ key, now }) => (now === undefined ? [] : [now === '' ? key : `${key} : ${now}`]));
    return elementLines(at, name, gone, come);
  });
};

const sameChain = (was: Chain | undefined, now: Chain, sameRule: SameRule): boolean =>
  was !== undefined && (was.base === undefined) === (now.base === undefined) && was.rules.length === now.rules.length && now.rules.every((rule, i) => sameRule(rule, was.rules[i] ?? ''));

const sameDeclaration = (was: NftMap | undefined, now: NftMap): boolean => was !== undefined && was.type === now.type && was.interval === now.interval;

const declaration = (at: string, name: string, map: NftMap): string => `add ${isVerdictMap(map) ? 'map' : 'set'} ${at} ${name} { ${map.type.startsWith('typeof ') ? map.type : `type ${map.type}`}; ${map.interval ? 'flags interval; ' : ''}}`;

/** Elements a line; nft reads the whole text at once, people do not. */
const CHUNK = 200;

const diffElements = (at: string, name: string, was: NftMap | undefined, now: NftMap): string[] => {
  const gone = [...(was?.elements ?? [])].filter(([key, value]) => now.elements.get(key) !== value).map(([key]) => key);
  const come = [...now.elements].filter(([key, value]) => was?.elements.get(key) !== value).map(([key, value]) => (value === '' ? key : `${key} : ${value}`));
  return elementLines(at, name, gone, come);
};

const elementLines = (at: string, name: string, gone: readonly string[], come: readonly string[]): string[] => [
  ...chunks(gone).map((part) => `delete element ${at} ${name} { ${part.join(', ')} }`),
  ...chunks(come).map((part) => `add element ${at} ${name} { ${part.join(', ')} }`),
];

const chunks = <T>(all: readonly T[]): T[][] => Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, i) => all.slice(i * CHUNK, (i + 1) * CHUNK));
