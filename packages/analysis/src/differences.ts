/**
 * How two policy sets differ in who may talk to whom.
 *
 * Where both know the same facts, a party that has the same policy group in both is seen and sees as before, so only pairs with a party
 * that changed are looked at; and of those who did not change, only they are asked to whom somebody says something else than before.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { WorkloadId } from '@firsthop/inventory';
import type { Address, Family } from '@firsthop/netaddr';
import { decidingAt, type Direction, type Worlds } from '@firsthop/policy';
import { Allowances } from './allowance.ts';
import type { Atlas } from './atlas.ts';
import { AtlasPair, type Atlases } from './atlas-pair.ts';
import { type ConnectionSet, connectionText, noConnection, union } from './connection-set.ts';
import { type ConnectivityOptions, familiesOf, isFocus } from './connectivity.ts';
import type { ConnectionDifference } from './connection.ts';
import { ingressConnections, withControllers } from './ingress-connections.ts';
import { outsidePieces, type OutsideRange, rangeName } from './outside.ts';
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
  allowances: new Allowances(family, options.failsafe),
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

/** Whether a party that changed says of one that did not what it said before: then the other end need not be asked. */
const saysTheSame = ({ before, after }: Sides, name: string, direction: Direction, unchanged: string): boolean => {
  const [was, is] = [before.parties.get(name)?.spots ?? [], after.parties.get(name)?.spots ?? []];
  const places = (before.parties.get(unchanged)?.spots ?? []).flatMap((spot) => spot.places);
  if (was.length !== is.length) return false;
  return was.every((spot, i) => places.every((place) => before.allowances.at(spot.seat, direction, place).text === after.allowances.at(is[i]?.seat, direction, place).text));
};

/** Two parties between which something may be other than before. */
interface Suspects {
  readonly from: string;
  readonly to: string;
}

function* suspectsOf(sides: readonly Sides[], names: readonly string[], changed: ReadonlySet<string>, focus: string | undefined): Generator<Suspects> {
  for (const from of names)
    for (const to of changed.has(from) ? names : changed) {
      if (from === to || !(isFocus(from, focus) || isFocus(to, focus))) continue;
      if (!changed.has(to) && sides.every((side) => saysTheSame(side, from, 'egress', to))) continue;
      if (!changed.has(from) && sides.every((side) => saysTheSame(side, to, 'ingress', from))) continue;
      yield { from, to };
    }
}

function* betweenParties(sides: readonly Sides[], suspects: readonly Suspects[]): Generator<ConnectionDifference> {
  const [before, after] = [sides.map((side) => side.before), sides.map((side) => side.after)];
  for (const { from, to } of suspects) yield* change(from, to, textOf(before, from, to), textOf(after, from, to));
}

/** Whoever they are, as the tables know them. */
const membersOf = (sides: readonly Sides[], names: ReadonlySet<string>): ReadonlySet<WorkloadId> =>
  new Set(sides.flatMap(({ before, after }) => [before, after].flatMap(({ parties }) => [...names].flatMap((name) => (parties.get(name)?.spots ?? []).flatMap(({ workload }) => workload?.id ?? [])))));

const toOutside = ({ allowances, atlas, parties }: Side, name: string, direction: Direction, example: Address): string => {
  const outside: Spot = { workload: undefined, places: [atlas.placeOf(example)], seat: undefined };
  const spots = parties.get(name)?.spots ?? [];
  return (direction === 'egress' ? allowances.between(spots, [outside]) : allowances.between([outside], spots))?.text ?? '';
};

interface OutsideChange {
  readonly first: Address;
  readonly last: Address;
  readonly was: string;
  readonly is: string;
}

/** Put together where the difference is the same. */
const outsideChanges = ({ before, after }: Sides, pieces: readonly OutsideRange[], name: string, direction: Direction): OutsideChange[] => {
  const merged: OutsideChange[] = [];
  for (const { range: { first, last }, example } of pieces) {
    const [was, is] = [toOutside(before, name, direction, example), toOutside(after, name, direction, example)];
    const open = merged.at(-1);
    if (open !== undefined && open.was === was && open.is === is) merged[merged.length - 1] = { ...open, last };
    else merged.push({ first, last, was, is });
  }
  return merged;
};

function* withOutside(sides: Sides, changed: ReadonlySet<string>, focus: string | undefined): Generator<ConnectionDifference> {
  const pieces = outsidePieces([sides.before.atlas, sides.after.atlas], sides.before.family);
  for (const name of changed)
    for (const direction of ['ingress', 'egress'] as const)
      for (const { first, last, was, is } of outsideChanges(sides, pieces, name, direction)) {
        const range = rangeName({ first, last });
        if (isFocus(name, focus) || isFocus(range, focus)) yield* direction === 'egress' ? change(name, range, was, is) : change(range, name, was, is);
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
  const pair = new AtlasPair(was, is, options);
  const families = [...new Set([...familiesOf(was, options.family), ...familiesOf(is, options.family)])].sort();
  const sidesIn = (atlases: Atlases): Sides[] => families.map((family) => ({ before: sideOf(atlases.before, was, family, options), after: sideOf(atlases.after, is, family, options) }));
  const few = sidesIn(pair.atlases(new Set()));
  const names = [...new Set(few.flatMap((side) => [...side.before.parties.keys(), ...side.after.parties.keys()]))];
  const changed = new Set(names.filter((name) => few.some((side) => differs(side.before.parties.get(name), side.after.parties.get(name), pair.alike))));
  const suspects = [...suspectsOf(few, names, changed, options.focus)];
  const asked = new Set(suspects.flatMap(({ from, to }) => [from, to]).filter((name) => !changed.has(name)));
  const sides = asked.size === 0 ? few : sidesIn(pair.atlases(membersOf(few, asked)));
  const found = [...betweenParties(sides, suspects), ...sides.flatMap((side) => [...withOutside(side, changed, options.focus), ...withController(side, options.focus)])];
  return found.sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
};
