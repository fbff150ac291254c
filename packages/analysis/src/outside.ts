/**
 * Outside addresses, cut into maximal ranges that everybody treats alike: one cut for what comes from there, one for what goes there.
 *
 * @module
 */
import type { ClassId } from '@firsthop/classifier';
import { type Address, type AddressRange, compareAddresses, type Family, familyOf, formatAddress, nextAddress, previousAddress, wholeFamily } from '@firsthop/netaddr';
import type { Direction } from '@firsthop/policy';
import type { Allowances } from './allowance.ts';
import type { Atlas } from './atlas.ts';
import type { Seat } from './end.ts';
import type { Party } from './parties.ts';
import type { Place } from './place.ts';

export const rangeName = ({ first, last }: AddressRange): string => `${formatAddress(first)}-${formatAddress(last)}[External]`;

/** The first addresses of all pieces between cuts, ascending. */
const startsOf = (atlas: Atlas, family: Family): Address[] => {
  const { first } = wholeFamily(family);
  const starts = new Set<Address>([first]);
  for (const tables of atlas.clusters.values())
    for (const { range } of tables.ranges()) {
      if (familyOf(range.first) !== family) continue;
      starts.add(range.first);
      const behind = nextAddress(range.last);
      if (behind !== undefined) starts.add(behind);
    }
  return [...starts].sort(compareAddresses);
};

/** The seats to which a class of these places is something special, in each cluster; every other seat says to it what it says to the rest. */
class Listeners {
  readonly #byClass: readonly ReadonlyMap<ClassId, readonly Seat[]>[];

  constructor(atlas: Atlas, parties: readonly Party[], direction: Direction, allowances: Allowances, places: readonly Place[]) {
    const seats = new Map<string, Seat>();
    for (const { spots } of parties) for (const { seat } of spots) if (seat !== undefined) seats.set(`${seat.tables.view.cluster} ${seat.judge.group} ${seat.judge.workload.kind === 'host'}`, seat);
    this.#byClass = [...atlas.clusters.values()].map((tables, number) => {
      const classes = new Set(places.map((place) => place.classes[number] ?? 0));
      const listeners = new Map<ClassId, Seat[]>();
      for (const seat of seats.values())
        if (seat.tables === tables)
          for (const id of allowances.special(seat, direction, classes)) {
            const list = listeners.get(id);
            if (list === undefined) listeners.set(id, [seat]);
            else list.push(seat);
          }
      return listeners;
    });
  }

  of({ classes }: Place): readonly Seat[] {
    return classes.flatMap((id, cluster) => this.#byClass[cluster]?.get(id) ?? []);
  }
}

export interface OutsideRange {
  readonly range: AddressRange;
  /** An address of it that is nobody's. */
  readonly example: Address;
}

/** An outside address is nobody's: a node's or a workload's would speak for somebody else. */
const strangerIn = (atlases: readonly Atlas[], { first, last }: AddressRange): Address | undefined => {
  for (let at: Address | undefined = first; at !== undefined && compareAddresses(at, last) <= 0; at = nextAddress(at)) {
    const address: Address = at;
    if (atlases.every((atlas) => atlas.isNobodys(address))) return address;
  }
  return undefined;
};

/** The outside as these cut it. A piece that is all somebody's is no outside: it goes with the one before it. */
export const outsidePieces = (atlases: readonly Atlas[], family: Family): OutsideRange[] => {
  const starts = [...new Set(atlases.flatMap((atlas) => startsOf(atlas, family)))].sort(compareAddresses);
  const { first: begin, last: end } = wholeFamily(family);
  const pieces: OutsideRange[] = [];
  for (const [i, first] of starts.entries()) {
    const next = starts[i + 1];
    const range = { first: pieces.length === 0 ? begin : first, last: (next === undefined ? undefined : previousAddress(next)) ?? end };
    const example = strangerIn(atlases, { first, last: range.last });
    const open = pieces.at(-1);
    if (example !== undefined) pieces.push({ range, example });
    else if (open !== undefined) pieces[pieces.length - 1] = { ...open, range: { first: open.range.first, last: range.last } };
  }
  return pieces;
};

/** `direction`: as the workloads see it. `egress`: what they send there. */
export const outsideRanges = (atlas: Atlas, parties: readonly Party[], direction: Direction, allowances: Allowances): OutsideRange[] => {
  const pieces = outsidePieces([atlas], allowances.family).map((piece) => ({ ...piece, place: atlas.placeOf(piece.example) }));
  const listeners = new Listeners(atlas, parties, direction, allowances, pieces.map(({ place }) => place));
  const isAlike = (a: Place, b: Place): boolean => [...listeners.of(a), ...listeners.of(b)].every((seat) => allowances.at(seat, direction, a) === allowances.at(seat, direction, b));
  const ranges: OutsideRange[] = [];
  let before: Place | undefined;
  for (const { range, example, place } of pieces) {
    const open = ranges.at(-1);
    if (open !== undefined && before !== undefined && isAlike(before, place)) ranges[ranges.length - 1] = { ...open, range: { first: open.range.first, last: range.last } };
    else ranges.push({ range, example });
    before = place;
  }
  return ranges;
};
