/**
 * How interfaces go over from their old groups to their new ones while addresses change their profiles.
 *
 * Between the two, what the old group says is completed by what the new one says to the new profiles. Where an old group has one heir and is gone
 * afterwards, that is said for itself. Where it has several, or goes on for others, a group in between is made for each, a copy of the old one.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import type { Elements } from './elements/elements.ts';
import type { Chain, NftMap, TableState } from './nft-state.ts';
import { coveredKey } from './registers/covered-key.ts';
import { numbered, numberIn, numberName } from './registers/numbers.ts';

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
  readonly maps: readonly NamedMap[];
  /** What is said meanwhile in maps that there are already, in addition to what they held. */
  readonly additions: ReadonlyMap<string, Elements>;
  /** Target of an interface in between, where it is neither the old nor the new one. */
  readonly targets: ReadonlyMap<string, string>;
}

const noElements: Elements = new Map();
const target = (group: number): string => `goto ${numbered('g', group)}`;
const turn = (before: number, behind: number): string => `${before} ${behind}`;

const viaOf = (before: number, behind: number): number => Number.parseInt(contentId(turn(before, behind)).slice(0, 8), 16);

/** By `turn`. */
const passagesOf = (was: TableState, now: TableState, dispatch: readonly NamedMap[]): ReadonlyMap<string, Passage> => {
  const turns = new Map<number, Set<number>>();
  for (const [name, { elements }] of dispatch)
    for (const [key, wanted] of elements) {
      const held = was.maps.get(name)?.elements.get(key);
      const [before, behind] = [held === undefined ? undefined : numberIn('g', held), numberIn('g', wanted)];
      if (before === undefined || behind === undefined || before === behind) continue;
      turns.set(before, (turns.get(before) ?? new Set()).add(behind));
    }
  return new Map([...turns].flatMap(([before, heirs]) => {
    const isAlone = heirs.size === 1 && !now.chains.has(numbered('g', before));
    return [...heirs].map((behind): [string, Passage] => [turn(before, behind), { before, behind, via: isAlone ? before : viaOf(before, behind) }]);
  }));
};

const copyOfChain = (was: TableState, { before, via }: Passage): [string, Chain] => {
  const [old, own] = [numberName(before), numberName(via)];
  const rules = was.chains.get(numbered('g', before))?.rules ?? [];
  return [numbered('g', via), { rules: rules.map((rule) => (rule.endsWith(` ${old}`) ? `${rule.slice(0, -old.length)}${own}` : rule)) }];
};

/** What the group in between says: as the old one, but to the new profiles as the new one. */
const rowsOf = ({ before, behind, via }: Passage, profiles: ReadonlySet<string>, was: TableState, now: TableState): Elements => {
  const wanted = now.maps.get(numbered('p', behind))?.elements ?? noElements;
  const everybody = now.chains.get(numbered('g', behind))?.rules.at(-1);
  const held = was.maps.get(numbered('p', before))?.elements ?? noElements;
  const rows = new Map(via === before ? [] : held);
  for (const profile of profiles) {
    const key = coveredKey(profile);
    const row = wanted.get(key) ?? everybody;
    // A group that is gone afterwards says nothing to profiles that are new.
    if (row !== undefined && !(via === before && held.has(key))) rows.set(key, row);
  }
  return rows;
};

const typeOf = (was: TableState, { before }: Passage): string => was.maps.get(numbered('p', before))?.type ?? '';

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
        const passage = held === undefined ? undefined : passages.get(turn(numberIn('g', held) ?? 0, numberIn('g', wanted) ?? 0));
        if (passage !== undefined && passage.via !== passage.before) targets.set(`${name} ${key}`, target(passage.via));
      }
  return {
    isAny: all.length > 0,
    chains: between.map((one) => copyOfChain(was, one)),
    maps: between.map((one): NamedMap => [numbered('p', one.via), { type: typeOf(was, one), interval: false, elements: rowsOf(one, profiles, was, now) }]),
    additions: new Map(all.filter(({ before, via }) => before === via).map((one) => [numbered('p', one.before), rowsOf(one, profiles, was, now)])),
    targets,
  };
};
