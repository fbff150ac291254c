/**
 * How interfaces go over from their old groups to their new ones while addresses change their profiles.
 *
 * Between the two, what the old group says is completed by what the new one says to the new profiles. Where an old group has one heir and is gone
 * afterwards, that is said for itself. Where it has several, or goes on for others, a group in between is made for each, a copy of the old one.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import type { Elements } from './diff-elements.ts';
import type { Chain, NftMap, TableState } from './nft-state.ts';
import { numberedChain, numberOfTarget, numberText } from './registers/numbers.ts';
import { rowKey } from './registers/row-key.ts';

export type NamedMap = readonly [string, NftMap];

interface Passage {
  readonly before: number;
  readonly behind: number;
  /** The group meanwhile: `before` itself, or one of its own. */
  readonly via: number;
}

export interface Regrouping {
  /** Some interface changes its group. */
  readonly isAny: boolean;
  /** Of groups in between. */
  readonly chains: readonly (readonly [string, Chain])[];
  /** In addition to what was and what is to be. */
  readonly rows: Elements;
  /** Target of an interface in between, where it is neither the old nor the new one. */
  readonly targets: ReadonlyMap<string, string>;
}

const noElements: Elements = new Map();
const target = (group: number): string => `goto ${numberedChain('g', group)}`;
const turn = (before: number, behind: number): string => `${before} ${behind}`;

const viaOf = (before: number, behind: number): number => Number.parseInt(contentId(turn(before, behind)).slice(0, 8), 16);

/** By `turn`. */
const passagesOf = (was: TableState, now: TableState, dispatch: readonly NamedMap[]): ReadonlyMap<string, Passage> => {
  const turns = new Map<number, Set<number>>();
  for (const [name, { elements }] of dispatch)
    for (const [key, wanted] of elements) {
      const held = was.maps.get(name)?.elements.get(key);
      const [before, behind] = [held === undefined ? undefined : numberOfTarget('g', held), numberOfTarget('g', wanted)];
      if (before === undefined || behind === undefined || before === behind) continue;
      turns.set(before, (turns.get(before) ?? new Set()).add(behind));
    }
  return new Map([...turns].flatMap(([before, heirs]) => {
    const isAlone = heirs.size === 1 && !now.chains.has(numberedChain('g', before));
    return [...heirs].map((behind): [string, Passage] => [turn(before, behind), { before, behind, via: isAlone ? before : viaOf(before, behind) }]);
  }));
};

const copyOfChain = (was: TableState, { before, via }: Passage): [string, Chain] => {
  const [old, own] = [numberText(before), numberText(via)];
  const rules = was.chains.get(numberedChain('g', before))?.rules ?? [];
  return [numberedChain('g', via), { rules: rules.map((rule) => (rule.endsWith(` ${old}`) ? `${rule.slice(0, -old.length)}${own}` : rule)) }];
};

/** By group: the profiles that it says something to. */
const rowsByGroup = (rows: Elements): ReadonlyMap<string, readonly (readonly [profile: string, row: string])[]> => {
  const groups = new Map<string, [string, string][]>();
  for (const [key, row] of rows) {
    const [, group = '', profile = ''] = key.split(' . ');
    const list = groups.get(group);
    if (list === undefined) groups.set(group, [[profile, row]]);
    else list.push([profile, row]);
  }
  return groups;
};

const rowsOf = (passages: readonly Passage[], profiles: ReadonlySet<string>, was: TableState, now: TableState): Elements => {
  const [held, wanted] = [was.maps.get('rows')?.elements ?? noElements, now.maps.get('rows')?.elements ?? noElements];
  const copied = passages.some(({ before, via }) => before !== via) ? rowsByGroup(held) : new Map<string, readonly (readonly [string, string])[]>();
  const rows = new Map<string, string>();
  for (const { before, behind, via } of passages) {
    const own = numberText(via);
    if (via !== before) for (const [profile, row] of copied.get(numberText(before)) ?? []) rows.set(rowKey(own, profile), row);
    const everybody = now.chains.get(numberedChain('g', behind))?.rules.at(-1);
    for (const profile of profiles) {
      const row = wanted.get(rowKey(numberText(behind), profile)) ?? everybody;
      if (row !== undefined) rows.set(rowKey(own, profile), row);
    }
  }
  return rows;
};

/** `profiles`: every one that some address or range gets. */
export const regrouping = (was: TableState, now: TableState, dispatch: readonly NamedMap[], profiles: ReadonlySet<string>): Regrouping => {
  const passages = passagesOf(was, now, dispatch);
  const all = [...passages.values()];
  const between = all.filter(({ before, via }) => before !== via);
  const targets = new Map<string, string>();
  if (between.length > 0)
    for (const [name, { elements }] of dispatch)
      for (const [key, wanted] of elements) {
        const held = was.maps.get(name)?.elements.get(key);
        const passage = held === undefined ? undefined : passages.get(turn(numberOfTarget('g', held) ?? 0, numberOfTarget('g', wanted) ?? 0));
        if (passage !== undefined && passage.via !== passage.before) targets.set(`${name} ${key}`, target(passage.via));
      }
  return { isAny: all.length > 0, chains: between.map((one) => copyOfChain(was, one)), rows: rowsOf(all, profiles, was, now), targets };
};
