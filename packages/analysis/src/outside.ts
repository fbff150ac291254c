/**
 * Outside addresses, cut into maximal ranges that everybody treats alike: one cut for what comes from there, one for what goes there.
 *
 * @module
 */
import { type Address, type AddressRange, compareAddresses, type Family, familyOf, formatAddress, nextAddress, previousAddress, wholeFamily } from '@firsthop/netaddr';
import type { Direction } from '@firsthop/policy';
import type { Allowances, Allowed } from './allowance.ts';
import type { Atlas, Seat } from './atlas.ts';
import type { Party } from './parties.ts';

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

/** Every seat once, however many spots have its policy group. */
const differentSeats = (parties: readonly Party[]): Seat[] => {
  const seats = new Map<string, Seat>();
  for (const { spots } of parties) for (const { seat } of spots) if (seat !== undefined) seats.set(`${seat.tables.view.cluster} ${seat.judge.group} ${seat.judge.workload.kind === 'host'}`, seat);
  return [...seats.values()];
};

/** An outside address is nobody's, so any address of a piece speaks for it; a node's or a workload's would not. */
const strangerIn = (atlas: Atlas, first: Address, last: Address): Address => {
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
  const seats = differentSeats(parties);
  const ranges: OutsideRange[] = [];
  let open: readonly Allowed[] | undefined;
  for (const [i, first] of starts.entries()) {
    const next = starts[i + 1];
    const last = (next === undefined ? undefined : previousAddress(next)) ?? wholeFamily(allowances.family).last;
    const example = strangerIn(atlas, first, last);
    const answers = seats.map((seat) => allowances.at(seat, direction, example));
    const before = ranges.at(-1);
    if (before !== undefined && open?.every((one, at) => one === answers[at]) === true) ranges[ranges.length - 1] = { ...before, range: { first: before.range.first, last } };
    else ranges.push({ range: { first, last }, example });
    open = answers;
  }
  return ranges;
};
