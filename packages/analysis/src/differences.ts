/**
 * How two policy sets differ in who may talk to whom.
 *
 * Where both know the same facts, a party that has the same policy group in both is seen and sees as before, so only pairs with a party
 * that changed are looked at.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import { type Address, compareAddresses, type Family, previousAddress, wholeFamily } from '@firsthop/netaddr';
import { decidingAt, type Direction, type Worlds } from '@firsthop/policy';
import { Allowances } from './allowance.ts';
import type { Atlas } from './atlas.ts';
import { atlasPair } from './atlas-pair.ts';
import { type ConnectionSet, connectionText, noConnection, union } from './connection-set.ts';
import { type ConnectivityOptions, familiesOf, isFocus } from './connectivity.ts';
import type { ConnectionDifference } from './connection.ts';
import { ingressConnections, withControllers } from './ingress-connections.ts';
import { rangeName, startsOf, strangerIn } from './outside.ts';
import { partiesOf, type Party, type Spot } from './parties.ts';

/** One set of policies, in one family. */
interface Side {
  readonly family: Family;
  readonly atlas: Atlas;
  readonly worlds: Worlds;
  readonly allowances: Allowances;
  readonly parties: ReadonlyMap<string, Party>;
}

interface Sides {
  readonly before: Side;
  readonly after: Side;
}

const sideOf = (atlas: Atlas, worlds: Worlds, family: Family, options: ConnectivityOptions): Side => ({
  family,
  atlas,
  worlds,
  allowances: new Allowances(atlas, family, options.failsafe),
  parties: new Map(partiesOf(atlas, family).map((party) => [party.name, party])),
});

const differs = (a: Party | undefined, b: Party | undefined, alike: ReadonlySet<string>): boolean => {
  if (a === undefined || b === undefined || a.spots.length !== b.spots.length) return true;
  return a.spots.some((spot, i) => {
    const other = b.spots[i];
    const isAlike = spot.workload !== undefined && alike.has(spot.workload.cluster) && spot.workload === other?.workload;
    return !isAlike || spot.seat?.judge.group !== other.seat?.judge.group;
  });
};

const change = (from: string, to: string, before: string, after: string): ConnectionDifference[] => {
  if (before === after) return [];
  const kind = before === '' ? 'added' : after === '' ? 'removed' : 'changed';
  return [{ change: kind, from, to, ...(before === '' ? {} : { before }), ...(after === '' ? {} : { after }) }];
};

const between = ({ allowances, parties }: Side, from: string, to: string): ConnectionSet => allowances.between(parties.get(from)?.spots ?? [], parties.get(to)?.spots ?? [])?.set ?? noConnection;

/** What the families allow together. */
const textOf = (sides: readonly Side[], from: string, to: string): string => {
  const sets = sides.map((side) => between(side, from, to));
  const [only] = sides;
  return connectionText(sets.reduce(union), sides.length === 1 && only !== undefined ? only.family : 'dual');
};

function* betweenParties(sides: readonly Sides[], names: readonly string[], changed: ReadonlySet<string>, focus: string | undefined): Generator<ConnectionDifference> {
  const [before, after] = [sides.map((side) => side.before), sides.map((side) => side.after)];
  for (const from of names)
    for (const to of changed.has(from) ? names : changed) if (from !== to && (isFocus(from, focus) || isFocus(to, focus))) yield* change(from, to, textOf(before, from, to), textOf(after, from, to));
}

const toOutside = ({ allowances, atlas, parties }: Side, name: string, direction: Direction, first: Address, last: Address): string => {
  const outside: Spot = { workload: undefined, places: [atlas.placeOf(strangerIn(atlas, first, last))], seat: undefined };
  const spots = parties.get(name)?.spots ?? [];
  return (direction === 'egress' ? allowances.between(spots, [outside]) : allowances.between([outside], spots))?.text ?? '';
};

/** Cut where either of the two cuts the outside, and put together where the difference is the same. */
function* withOutside({ before, after }: Sides, changed: ReadonlySet<string>, focus: string | undefined): Generator<ConnectionDifference> {
  const { family } = before;
  const starts = [...new Set([...startsOf(before.atlas, family), ...startsOf(after.atlas, family)])].sort(compareAddresses);
  const pieces = starts.map((first, i) => ({ first, last: (starts[i + 1] === undefined ? undefined : previousAddress(starts[i + 1] ?? first)) ?? wholeFamily(family).last }));
  for (const name of changed)
    for (const direction of ['ingress', 'egress'] as const) {
      const merged: { first: Address; last: Address; was: string; is: string }[] = [];
      for (const { first, last } of pieces) {
        const [was, is] = [toOutside(before, name, direction, first, last), toOutside(after, name, direction, first, last)];
        const open = merged.at(-1);
        if (open !== undefined && open.was === was && open.is === is) open.last = last;
        else merged.push({ first, last, was, is });
      }
      for (const { first, last, was, is } of merged) {
        const range = rangeName({ first, last });
        if (isFocus(name, focus) || isFocus(range, focus)) yield* direction === 'egress' ? change(name, range, was, is) : change(range, name, was, is);
      }
    }
}

const controllerOf = ({ worlds, parties, allowances, atlas }: Side): ReadonlyMap<string, string> =>
  new Map([...ingressConnections(worlds, [...parties.values()], allowances, atlas.placeOf)].map(({ from, to, allowed }) => [`${from} ${to}`, allowed.text]));

function* withController({ before, after }: Sides, focus: string | undefined): Generator<ConnectionDifference> {
  const [was, is] = [controllerOf(before), controllerOf(after)];
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [from = '', to = ''] = key.split(' ');
    if (isFocus(from, focus) || isFocus(to, focus)) yield* change(from, to, was.get(key) ?? '', is.get(key) ?? '');
  }
}

/** Sorted by `from`, then `to`. */
export const differences = (before: Worlds, after: Worlds, options: ConnectivityOptions = {}): ConnectionDifference[] => {
  const [was, is] = [withControllers(decidingAt(before, options.at)), withControllers(decidingAt(after, options.at))];
  const pair = atlasPair(was, is, options);
  const families = [...new Set([...familiesOf(was, options.family), ...familiesOf(is, options.family)])].sort();
  const sides = families.map((family): Sides => ({ before: sideOf(pair.before, was, family, options), after: sideOf(pair.after, is, family, options) }));
  const names = [...new Set(sides.flatMap((side) => [...side.before.parties.keys(), ...side.after.parties.keys()]))];
  const changed = new Set(names.filter((name) => sides.some((side) => differs(side.before.parties.get(name), side.after.parties.get(name), pair.alike))));
  const found = [...betweenParties(sides, names, changed, options.focus), ...sides.flatMap((side) => [...withOutside(side, changed, options.focus), ...withController(side, options.focus)])];
  return found.sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
};
