/**
 * The commands that turn one state into another: what is referred to comes first and goes last; base chains are never deleted; the table
 * neither.
 *
 * A judgement in chains changes in three transactions: what is new comes, what leads to it changes, what nothing leads to any more goes. A judgement in registers is made by several
 * lookups, and a packet on its way may do some before a transaction and some after it, so its changes come in an order in which each mixture is
 * right (`transition`).
 *
 * @module
 */
import { diffElements, type ElementDifference } from './diff-elements.ts';
import { elementLines } from './element-lines.ts';
import { type Chain, emptyTable, isMap, type NftMap, type NftState, TABLE, type TableFamily, type TableState } from './nft-state.ts';
import { inForceAt, transition, transitionSteps, waitsAt } from './transition.ts';

export interface Change {
  /** Transactions, one after the other; each is lines of `nft -f -`, some of them in words of ours. None: nothing to do. */
  readonly steps: readonly (readonly string[])[];
  /** Steps that wait until all packets are through that were on their way, for what those looked up before does not go together with it. */
  readonly waits: ReadonlySet<number>;
  /** Lines in all. */
  readonly differences: number;
}

/** Whether two rule texts mean the same; nft may print a rule otherwise than it was written. */
export type SameRule = (desired: string, actual: string) => boolean;

export const diffState = (actual: NftState, desired: NftState, sameRule: SameRule): Change => {
  const tables = [...desired].map(([family, table]) => stepsOfTable(family, actual.get(family), table, sameRule));
  const count = Math.max(0, ...tables.map((steps) => steps.length));
  const all = Array.from({ length: count }, (_, i) => tables.flatMap((one) => one[i] ?? []));
  const numbered = [...all.entries()].filter(([, lines]) => lines.length > 0);
  const steps = numbered.map(([, lines]) => lines);
  const waits = new Set(numbered.flatMap(([number], i) => (waitsAt(number, numbered.slice(0, i).map(([one]) => one)) ? [i] : [])));
  return { steps, waits, differences: steps.reduce((sum, lines) => sum + lines.length, 0) };
};

/** What differs in one table, as lines. */
interface Parts {
  readonly table: readonly string[];
  readonly newCounters: readonly string[];
  readonly newChains: readonly string[];
  readonly wrongMaps: readonly string[];
  readonly newMaps: readonly string[];
  /** Rules of chains that were not there, and hang on no hook: nothing leads to them yet. */
  readonly freshRules: readonly string[];
  readonly changedRules: readonly string[];
  readonly emptied: readonly string[];
  readonly gone: readonly string[];
  readonly elements: (which: (map: NftMap, name: string) => boolean) => string[];
}

const partsOf = (family: TableFamily, was: TableState | undefined, now: TableState, sameRule: SameRule): Parts => {
  const at = `${family} ${TABLE}`;
  const old = was ?? emptyTable;
  const changed = [...now.chains].filter(([name, chain]) => !sameChain(old.chains.get(name), chain, sameRule));
  const isFresh = ([name, { base }]: readonly [string, Chain]): boolean => base === undefined && !old.chains.has(name);
  const rulesOf = (some: readonly (readonly [string, Chain])[]): string[] => some.flatMap(([name, { rules }]) => [...(old.chains.has(name) ? [`flush chain ${at} ${name}`] : []), ...rules.map((rule) => `add rule ${at} ${name} ${rule}`)]);
  const newMaps = [...now.maps].filter(([name, map]) => !sameDeclaration(old.maps.get(name), map));
  // A map of another type under the same name must go first; ours never change type, a stranger's might.
  const wrong = newMaps.filter(([name]) => old.maps.has(name)).map(([name]) => name);
  const goneChains = [...old.chains].filter(([name, { base }]) => !now.chains.has(name) && base === undefined).map(([name]) => name);
  const deletion = (name: string): string => `delete ${isMap(old.maps.get(name) as NftMap) ? 'map' : 'set'} ${at} ${name}`;
  return {
    table: was === undefined ? [`add table ${at}`] : [],
    newCounters: [...now.counters].filter((name) => !old.counters.has(name)).map((name) => `add counter ${at} ${name}`),
    newChains: changed.map(([name, { base }]) => `add chain ${at} ${name}${base === undefined || old.chains.get(name)?.base !== undefined ? '' : ` { ${base} }`}`),
    wrongMaps: wrong.map(deletion),
    newMaps: newMaps.map(([name, map]) => declaration(at, name, map)),
    freshRules: rulesOf(changed.filter(isFresh)),
    changedRules: rulesOf(changed.filter((one) => !isFresh(one))),
    emptied: goneChains.map((name) => `flush chain ${at} ${name}`),
    gone: [
      ...[...old.maps.keys()].filter((name) => !now.maps.has(name)).map(deletion),
      ...goneChains.map((name) => `delete chain ${at} ${name}`),
      ...[...old.counters].filter((name) => !now.counters.has(name)).map((name) => `delete counter ${at} ${name}`),
    ],
    elements: (which) =>
      [...now.maps].filter(([name, map]) => which(map, name)).flatMap(([name, map]) => linesOf(at, name, diffElements(wrong.includes(name) ? undefined : old.maps.get(name)?.elements, map.elements))),
  };
};

const linesOf = (at: string, name: string, { gone, come }: ElementDifference): string[] => elementLines(at, name, gone, come);

const stepsOfTable = (family: TableFamily, was: TableState | undefined, now: TableState, sameRule: SameRule): string[][] => {
  const parts = partsOf(family, was, now, sameRule);
  const declarations = [...parts.table, ...parts.newCounters, ...parts.newChains, ...parts.wrongMaps, ...parts.newMaps];
  const inForce = parts.elements(({ part }) => part === undefined);
  if (![...now.maps.values()].some(({ part }) => part !== undefined)) {
    const isNew = (name: string): boolean => was?.maps.has(name) !== true;
    const steps: Readonly<Record<number, readonly string[]>> = {
      // A packet that finds its way into a chain that came with the same transaction finds it empty: it looks for rules of the generation it began in.
      0: [...declarations, ...parts.freshRules, ...parts.elements((_, name) => isNew(name))],
      [inForceAt]: [...parts.elements((_, name) => !isNew(name)), ...parts.changedRules],
      // A packet on its way may be in a chain that nothing leads to any more, and has still to look into its maps.
      [transitionSteps - 1]: [...parts.emptied, ...parts.gone],
    };
    return Array.from({ length: transitionSteps }, (_, i) => [...(steps[i] ?? [])]);
  }
  const at = `${family} ${TABLE}`;
  const { maps, meanwhile } = transition(was ?? emptyTable, now);
  const begins = [
    ...declarations,
    ...meanwhile.chains.map(([name]) => `add chain ${at} ${name}`),
    ...meanwhile.maps.map(([name, map]) => declaration(at, name, map)),
    ...parts.freshRules,
    ...meanwhile.chains.flatMap(([name, { rules }]) => rules.map((rule) => `add rule ${at} ${name} ${rule}`)),
    ...meanwhile.maps.flatMap(([name, { elements }]) => linesOf(at, name, diffElements(undefined, elements))),
  ];
  const ends = [
    ...meanwhile.chains.map(([name]) => `flush chain ${at} ${name}`),
    ...parts.emptied,
    ...meanwhile.maps.map(([name]) => `delete map ${at} ${name}`),
    ...meanwhile.chains.map(([name]) => `delete chain ${at} ${name}`),
    ...parts.gone,
  ];
  return Array.from({ length: transitionSteps }, (_, step) => [
    ...(step === 0 ? begins : []),
    ...maps.flatMap(({ map, steps }) => linesOf(at, map, steps[step] ?? noDifference)),
    ...(step === inForceAt ? [...inForce, ...parts.changedRules] : []),
    ...(step === transitionSteps - 1 ? ends : []),
  ]);
};

const noDifference: ElementDifference = { gone: [], come: [] };

const sameChain = (was: Chain | undefined, now: Chain, sameRule: SameRule): boolean =>
  was !== undefined && (was.base === undefined) === (now.base === undefined) && was.rules.length === now.rules.length && now.rules.every((rule, i) => sameRule(rule, was.rules[i] ?? ''));

const sameDeclaration = (was: NftMap | undefined, now: NftMap): boolean => was !== undefined && was.type === now.type && was.interval === now.interval;

const declaration = (at: string, name: string, map: NftMap): string =>
  `add ${isMap(map) ? 'map' : 'set'} ${at} ${name} { ${map.type.startsWith('typeof ') ? map.type : `type ${map.type}`}; ${map.interval ? 'flags interval; ' : ''}${map.size === undefined ? '' : `size ${map.size}; `}${map.counts === undefined ? '' : 'counter; '}}`;
