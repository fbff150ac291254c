/**
 * The order in which a judgement of several lookups changes, so that every packet on its way is judged by what was, or by what is to be.
 *
 * Names of numbers never change what they mean, which leaves three things to be seen to. They are steps, each a transaction:
 *
 * 1. what the new numbers mean is said, also in front of the groups of before: an address that already has its new profile is judged
 *    rightly on an interface that still has its old group;
 * 2. addresses get their new profiles;
 * 3. interfaces get their new groups, together with everything that is not of this judgement;
 * 4. addresses without a profile of their own lose the one they had: before 3, everybody's row of the old group would have judged them;
 * 5. what nothing leads to any more goes.
 *
 * Where no interface changes its group, 4 happens in 2.
 *
 * @module
 */
import { diffElements, type ElementDifference, type Elements } from './diff-elements.ts';
import type { NftMap, TableState } from './nft-state.ts';
import { overlayRanges } from './overlay-ranges.ts';
import { NOTHING, numberText } from './registers/numbers.ts';
import { rowKey } from './registers/row-key.ts';

export interface MapTransition {
  readonly map: string;
  /** By step, the first one at 0. */
  readonly steps: readonly ElementDifference[];
}

const none: ElementDifference = { gone: [], come: [] };
const noElements: Elements = new Map();

/** States of a map's elements on the way, the last one being the desired one. */
const differencesBetween = (states: readonly Elements[]): ElementDifference[] => states.slice(1).map((now, i) => (now === states[i] ? none : diffElements(states[i], now)));

const together = (below: Elements, above: Elements): Elements => new Map([...below, ...above]);

/** Old and new group of each interface that changes it, if nobody keeps the old one. */
const regrouped = (was: TableState, dispatch: readonly (readonly [string, NftMap])[]): ReadonlyMap<string, string> => {
  const inUse = new Set(dispatch.flatMap(([, { elements }]) => [...elements.values()]));
  const pairs = dispatch.flatMap(([name, { elements }]) => {
    const old = was.maps.get(name)?.elements ?? noElements;
    return [...elements].flatMap(([key, group]): [string, string][] => {
      const before = old.get(key);
      return before === undefined || before === group || inUse.has(before) ? [] : [[before, group]];
    });
  });
  return new Map(pairs);
};

/** Every profile that some address or range gets. */
const newProfiles = (was: TableState, classes: readonly (readonly [string, NftMap])[]): ReadonlySet<string> =>
  new Set(classes.flatMap(([name, { elements }]) => {
    const old = was.maps.get(name)?.elements ?? noElements;
    return [...elements].flatMap(([key, profile]) => (old.get(key) === profile ? [] : [profile]));
  }));

/** What a group of before says to the new profiles, until its interfaces have the new group. */
const interim = (groups: ReadonlyMap<string, string>, profiles: ReadonlySet<string>, held: Elements, wanted: Elements): Elements => {
  const rows = new Map<string, string>();
  for (const [before, after] of groups)
    for (const profile of profiles) {
      const key = rowKey(before, profile);
      const row = wanted.get(rowKey(after, profile)) ?? wanted.get(rowKey(after, numberText(NOTHING)));
      if (row !== undefined && !held.has(key) && !wanted.has(key)) rows.set(key, row);
    }
  return rows;
};

const isOf = (part: NftMap['part']) => ([, map]: readonly [string, NftMap]): boolean => map.part === part;

/** Of the maps of `now` that are part of the judgement. */
export const transition = (was: TableState, now: TableState): MapTransition[] => {
  const maps = [...now.maps];
  const [meanings, classes, dispatch] = [maps.filter(isOf('meaning')), maps.filter(isOf('class')), maps.filter(isOf('dispatch'))];
  const heldOf = (name: string, map: NftMap): Elements => (was.maps.get(name)?.type === map.type ? (was.maps.get(name)?.elements ?? noElements) : noElements);
  const groups = regrouped(was, dispatch);
  const rows = interim(groups, newProfiles(was, classes), was.maps.get('rows')?.elements ?? noElements, now.maps.get('rows')?.elements ?? noElements);
  const meaning = ([name, map]: readonly [string, NftMap]): MapTransition => {
    const [held, wanted] = [heldOf(name, map), map.elements];
    const all = together(together(held, name === 'rows' ? rows : noElements), wanted);
    return { map: name, steps: differencesBetween([held, all, all, all, all, wanted]) };
  };
  const ofClass = ([name, map]: readonly [string, NftMap]): MapTransition => {
    const [held, wanted] = [heldOf(name, map), map.elements];
    const between = groups.size === 0 ? wanted : map.interval ? overlayRanges(held, wanted) : together(held, wanted);
    return { map: name, steps: differencesBetween([held, held, between, between, wanted, wanted]) };
  };
  const ofDispatch = ([name, map]: readonly [string, NftMap]): MapTransition => {
    const held = heldOf(name, map);
    return { map: name, steps: differencesBetween([held, held, held, map.elements, map.elements, map.elements]) };
  };
  return [...meanings.map(meaning), ...classes.map(ofClass), ...dispatch.map(ofDispatch)];
};
