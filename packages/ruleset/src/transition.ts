/**
 * The order in which a judgement of several lookups changes, so that every packet on its way is judged by what was, or by what is to be.
 *
 * Numbers never change what they mean, and chains of groups and rows never change at all. That leaves these steps, each a transaction:
 *
 * 1. what the new numbers mean is said, also for the groups of before: an address that has its new profile already is judged rightly on an
 *    interface that still has its old group;
 * 2. interfaces of a group that has several heirs, or goes on for others, get a group in between (`regrouping`);
 * 3. exact addresses get their new profiles;
 * 4. ranges do: an address that is in one, and must not be judged as that, has its own profile by now;
 * 5. interfaces get their new groups, together with everything that is not of this judgement;
 * 6. addresses and ranges without a profile of their own lose the one they had: before 5, what the old group says to everybody would have
 *    judged them;
 * 7. what nothing leads to any more goes.
 *
 * Where no interface changes its group, 6 happens in 3 and 4. A step without anything to do is none.
 *
 * @module
 */
import { diffElements, type ElementDifference } from './diff-elements.ts';
import { type Elements, isEqual, layered, otherElements } from './elements/elements.ts';
import type { Chain, NftMap, TableState } from './nft-state.ts';
import { overlayRanges } from './overlay-ranges.ts';
import { type NamedMap, regrouping } from './regrouping.ts';

export const transitionSteps = 7;
/** The one in which everything else comes into force. */
export const inForceAt = 4;

/** Groups in between, exact addresses, ranges: each is right only for packets that have not passed the place of the one before it. */
const [betweenAt, rangesAt] = [1, 3];
/**
 * Whether a step waits for packets on their way, which may be away from their processor for as long as several transactions take. `done`: the steps before it that had anything to do.
 *
 * Who found its interface's old group must not find an address' new profile in it where the group has several heirs; who did not find an exact address yet must not
 * look for its range any more. And what comes behind the step that brings all into force takes away what they may still look for.
 */
export const waitsAt = (step: number, done: readonly number[]): boolean => done.length > 0 && (step > inForceAt || (step <= rangesAt && done.some((one) => one >= betweenAt)));

export interface MapTransition {
  readonly map: string;
  /** By step, the first one at 0. */
  readonly steps: readonly ElementDifference[];
}

export interface Transition {
  readonly maps: readonly MapTransition[];
  /** That are there from the first step to the last. */
  readonly meanwhile: { readonly chains: readonly (readonly [string, Chain])[]; readonly maps: readonly NamedMap[] };
}

const none: ElementDifference = { gone: [], come: [] };
const noElements: Elements = new Map();

/** From each state of a map's elements to the next. */
const differencesBetween = (states: readonly Elements[]): ElementDifference[] => states.slice(1).map((now, i) => (now === states[i] ? none : diffElements(states[i], now)));

/** Every profile that some address or range gets. */
const newProfiles = (was: TableState, classes: readonly NamedMap[]): ReadonlySet<string> =>
  new Set(classes.flatMap(([name, { elements }]) => {
    const old = was.maps.get(name)?.elements ?? noElements;
    return [...new Set(Array.from(otherElements(elements, old), ([, profile]) => profile))];
  }));

/** Of the maps of `now` that are part of the judgement. */
export const transition = (was: TableState, now: TableState): Transition => {
  const partOf = (part: NftMap['part']): NamedMap[] => [...now.maps].filter(([, map]) => map.part === part);
  const [meanings, classes, dispatch] = [partOf('meaning'), partOf('class'), partOf('dispatch')];
  const { isAny, chains, maps: between, additions, targets } = regrouping(was, now, dispatch, newProfiles(was, classes));
  const steps = (one: NamedMap, statesOf: (held: Elements, wanted: Elements) => readonly Elements[]): MapTransition => {
    const [name, { type, elements }] = one;
    const before = was.maps.get(name);
    const held = before?.type === type ? before.elements : noElements;
    // One object for one content: what it is compared with later, it need not be looked through for.
    return { map: name, steps: differencesBetween(statesOf(isEqual(held, elements) ? elements : held, elements)) };
  };
  const maps: MapTransition[] = [
    ...meanings.map((one) => steps(one, (held, wanted) => {
      const all = layered(held, wanted);
      return [held, all, all, all, all, all, all, wanted];
    })),
    // Of groups that are gone afterwards, with their maps.
    ...[...additions].map(([map, elements]): MapTransition => ({ map, steps: differencesBetween([noElements, elements]) })),
    ...classes.map((one) => steps(one, (held, wanted) => {
      const isRange = one[1].interval;
      const between = isAny ? (isRange ? overlayRanges(held, wanted) : layered(held, wanted)) : wanted;
      return [held, held, held, isRange ? held : between, between, between, wanted, wanted];
    })),
    ...dispatch.map((one) => steps(one, (held, wanted) => {
      const between = targets.size === 0 ? held : new Map([...held].map(([key, target]) => [key, targets.get(`${one[0]} ${key}`) ?? target]));
      return [held, held, between, between, between, wanted, wanted, wanted];
    })),
  ];
  return { maps, meanwhile: { chains, maps: between } };
};
