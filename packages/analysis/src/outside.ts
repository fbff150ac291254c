/**
 * Outside addresses, cut into maximal ranges that everybody treats alike: one cut for what comes from there, one for what goes there.
 *
 * @module
 */
import type { ClassId } from '@firsthop/classifier';
import { type Address, type AddressRange, compareAddresses, type Family, familyOf, formatAddress, nextAddress, previousAddress, wholeFamily } from '@firsthop/netaddr';
import type { Direction } from '@firsthop/policy';
import type { Allowances } from './allowance.ts';
import type { Atlas, Seat } from './atlas.ts';
import type { Party } from './parties.ts';
import type { Place } from './place.ts';

export const rangeName = ({ first, last }: AddressRange): string => `${formatAddress(first)}-${formatAddress(last)}[External]`;

/** The first addresses of all pieces between cuts, ascending. */
export const startsOf = (atlas: Atlas, family: Family): Address[] => {
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

/** The seats to which a class is something special, in each cluster; every other seat answers with its row for the rest. */
class Listeners {
  readonly #byClass: readonly ReadonlyMap<ClassId, readonly Seat[]>[];

  constructor(atlas: Atlas, parties: readonly Party[], direction: Direction) {
    const seats = new Map<string, Seat>();
    for (const { spots } of parties) for (const { seat } of spots) if (seat !== undefined) seats.set(`${seat.tables.view.cluster} ${seat.judge.group} ${seat.judge.workload.kind === 'host'}`, seat);
    this.#byClass = [...atlas.clusters.values()].map((tables) => {
      const listeners = new Map<ClassId, Seat[]>();
      for (const seat of seats.values())
        if (seat.tables === tables)
          for (const id of tables.rows(seat.judge.group, direction).others.keys()) {
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

/** An outside address is nobody's, so any address of a piece speaks for it; a node's or a workload's would not. */
export const strangerIn = (atlas: Atlas, first: Address, last: Address): Address => {
  for (let at: Address | undefined = first; at !== undefined && compareAddresses(at, last) <= 0; at = nextAddress(at)) if (atlas.isNobodys(at)) return at;
  return first;
};

export interface OutsideRange {
  readonly range: AddressRange;
  /** An address of it that is nobody's. */
  readonly example: Address;
}

/** `direction`: as the workloads see it. `egress`: what they send there. */
export const outsideRanges = (atlas: Atlas, parties: readonly Party[], direction: Direction, allowances: Allowances): OutsideRange[] => {
  const starts = startsOf(atlas, allowances.family);
  const listeners = new Listeners(atlas, parties, direction);
  const isAlike = (a: Place, b: Place): boolean => [...listeners.of(a), ...listeners.of(b)].every((seat) => allowances.at(seat, direction, a) === allowances.at(seat, direction, b));
  const ranges: OutsideRange[] = [];
  let before: Place | undefined;
  for (const [i, first] of starts.entries()) {
    const next = starts[i + 1];
    const last = (next === undefined ? undefined : previousAddress(next)) ?? wholeFamily(allowances.family).last;
    const place = atlas.placeOf(strangerIn(atlas, first, last));
    const open = ranges.at(-1);
    if (open !== undefined && before !== undefined && isAlike(before, place)) ranges[ranges.length - 1] = { ...open, range: { first: open.range.first, last } };
    else ranges.push({ range: { first, last }, example: place.address });
    before = place;
  }
  return ranges;
};
