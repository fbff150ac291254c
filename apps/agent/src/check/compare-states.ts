/**
 * What a kernel holds otherwise than it should, object by object, in words. Pure.
 *
 * @module
 */
import { type Chain, isPrintedAs, type NftMap, type NftState, stateDigest, type TableFamily, type TableState } from '@firsthop/ruleset';

/** `where`: "chain inet h_fwd". `what`: "is missing", "rule 2 is other: ...". */
export interface Difference {
  readonly where: string;
  readonly what: string;
}

export interface Comparison {
  /** 64 hex digits each; equal if and only if there are no differences. */
  readonly desired: string;
  readonly actual: string;
  readonly differences: readonly Difference[];
}

const same = (desired: string, actual: string | undefined): boolean => desired === actual || (actual !== undefined && isPrintedAs(desired, actual));

/** A rule that nft prints otherwise than it is written, as it is written. */
const asWritten = (actual: NftState, desired: NftState): NftState =>
  new Map([...actual].map(([family, table]): [TableFamily, TableState] => {
    const chains = [...table.chains].map(([name, chain]): [string, Chain] => {
      const wanted = desired.get(family)?.chains.get(name)?.rules ?? [];
      return [name, { ...chain, rules: chain.rules.map((rule, i) => (wanted[i] !== undefined && same(wanted[i], rule) ? wanted[i] : rule)) }];
    });
    return [family, { ...table, chains: new Map(chains) }];
  }));

const ofChain = (where: string, was: Chain, now: Chain): Difference[] => {
  const hook = (was.base === undefined) === (now.base === undefined) ? [] : [{ where, what: now.base === undefined ? 'hangs on a hook and should not' : 'hangs on no hook' }];
  const count = Math.max(was.rules.length, now.rules.length);
  const rules = Array.from({ length: count }, (_, i): Difference[] => {
    const [held, wanted] = [was.rules[i], now.rules[i]];
    if (wanted === undefined) return [{ where, what: `rule ${i + 1} is not ours: ${held ?? ''}` }];
    return same(wanted, held) ? [] : [{ where, what: `rule ${i + 1} is ${held === undefined ? 'missing' : `"${held}"`}, should be "${wanted}"` }];
  });
  return [...hook, ...rules.flat()];
};

const ofMap = (where: string, was: NftMap, now: NftMap): Difference[] => {
  if (was.type !== now.type || was.interval !== now.interval) return [{ where, what: `is of type ${was.type}, should be ${now.type}` }];
  const missing = [...now.elements].flatMap(([key, value]): Difference[] => {
    const held = was.elements.get(key);
    if (held === value) return [];
    return [{ where, what: held === undefined ? `${key} is missing` : `${key} leads to "${held}", should lead to "${value}"` }];
  });
  return [...missing, ...[...was.elements.keys()].filter((key) => !now.elements.has(key)).map((key) => ({ where, what: `${key} is not ours` }))];
};

/** What is missing, what is other, and what nobody of us put there. */
const ofAll = <V>(kind: string, was: ReadonlyMap<string, V>, now: ReadonlyMap<string, V>, compare: (where: string, was: V, now: V) => Difference[]): Difference[] => [
  ...[...now].flatMap(([name, wanted]): Difference[] => {
    const held = was.get(name);
    return held === undefined ? [{ where: `${kind} ${name}`, what: 'is missing' }] : compare(`${kind} ${name}`, held, wanted);
  }),
  ...[...was.keys()].filter((name) => !now.has(name)).map((name) => ({ where: `${kind} ${name}`, what: 'is not ours' })),
];

const counters = (names: ReadonlySet<string>): ReadonlyMap<string, string> => new Map([...names].map((name) => [name, name]));

const ofTable = (family: TableFamily, was: TableState | undefined, now: TableState | undefined): Difference[] => {
  if (was === undefined || now === undefined) return [{ where: `table ${family} firsthop`, what: was === undefined ? 'is missing' : 'is not ours' }];
  return [
    ...ofAll(`chain ${family}`, was.chains, now.chains, ofChain),
    ...ofAll(`map ${family}`, was.maps, now.maps, ofMap),
    ...ofAll(`counter ${family}`, counters(was.counters), counters(now.counters), () => []),
  ];
};

export const compareStates = (actual: NftState, desired: NftState): Comparison => {
  const families = [...new Set([...desired.keys(), ...actual.keys()])];
  const [held, wanted] = [stateDigest(asWritten(actual, desired)), stateDigest(desired)];
  const found = families.flatMap((family) => ofTable(family, actual.get(family), desired.get(family)));
  return { desired: wanted, actual: held, differences: found };
};
