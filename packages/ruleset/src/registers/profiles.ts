/**
 * What all groups of a node together say to an address, as one number: its profile. Whoever hears the same has the same profile.
 *
 * What everybody hears is not in it, but for one case: an exact address that hears it, in a range that hears something else. Then it is said to the
 * address too, so that nobody looks for its range.
 *
 * @module
 */
import { type ClassId, type ClassTables, findRange } from '@firsthop/classifier';
import { type Address, familyOf } from '@firsthop/netaddr';
import type { GroupSide } from './group-sides.ts';
import { type Name, numbersOf } from './numbers.ts';

/** By place in the list of sides, ascending. */
type Heard = readonly (readonly [side: number, row: Name])[];

const nothing: Heard = [];

const heardByClass = (sides: readonly GroupSide[]): ReadonlyMap<ClassId, Heard> => {
  const heard = new Map<ClassId, [number, Name][]>();
  for (const [i, { rows }] of sides.entries())
    for (const [id, row] of rows) {
      const list = heard.get(id);
      if (list === undefined) heard.set(id, [[i, row]]);
      else list.push([i, row]);
    }
  return heard;
};

/** What the address itself hears; and what everybody does, where its range hears something else. */
const overRange = (own: Heard, range: Heard, sides: readonly GroupSide[]): Heard => {
  const said = new Set(own.map(([side]) => side));
  const silent = range.flatMap(([side]): [number, Name][] => (said.has(side) ? [] : [[side, sides[side]?.everybody ?? '']]));
  return silent.length === 0 ? own : [...own, ...silent].sort(([a], [b]) => a - b);
};

interface Pair {
  readonly own: ClassId;
  readonly range: ClassId;
}

/** The class of an exact address, and of the range that it is in. Undefined: it is not exact. */
const pairOf = ({ addresses, ranges }: Pick<ClassTables, 'addresses' | 'ranges'>, address: Address): Pair | undefined => {
  const own = addresses.get(address);
  return own === undefined ? undefined : { own, range: findRange(ranges, address)?.class ?? 0 };
};

const pairKey = ({ own, range }: Pair): string => `${own} ${range}`;

export class Profiles {
  readonly #texts = new Map<string, Name>();
  readonly #rangeTexts = new Map<ClassId, Name>();
  readonly #heard = new Map<Name, Heard>();
  readonly #numbers: ReadonlyMap<Name, number>;
  readonly #sides: readonly GroupSide[];

  constructor(tables: Pick<ClassTables, 'addresses' | 'ranges'>, sides: readonly GroupSide[]) {
    this.#sides = sides;
    const byClass = heardByClass(sides);
    const of = (id: ClassId): Heard => byClass.get(id) ?? nothing;
    for (const { class: id } of tables.ranges) if (!this.#rangeTexts.has(id)) this.#rangeTexts.set(id, this.#name(of(id)));
    for (const address of tables.addresses.keys()) {
      const pair = pairOf(tables, address);
      const key = pair === undefined ? '' : pairKey(pair);
      if (pair !== undefined && !this.#texts.has(key)) this.#texts.set(key, this.#name(overRange(of(pair.own), of(pair.range), sides)));
    }
    this.#numbers = numbersOf([...this.#heard].filter(([, heard]) => heard.length > 0).map(([name]) => name));
  }

  /** `null`: it has none of its own, because what is found without one is right. Undefined: there is no such profile yet. */
  ofAddress(tables: Pick<ClassTables, 'addresses' | 'ranges'>, address: Address): number | null | undefined {
    const pair = pairOf(tables, address);
    if (pair === undefined) return null;
    const own = this.#texts.get(pairKey(pair));
    if (own === undefined) return undefined;
    return own === (this.#rangeTexts.get(pair.range) ?? '') ? null : (this.#numbers.get(own) ?? null);
  }

  /** Of one family, those that hear something else than everybody. */
  ofRanges({ ranges }: Pick<ClassTables, 'ranges'>, family: 4 | 6): { readonly range: ClassTables['ranges'][number]['range']; readonly profile: number }[] {
    return ranges.flatMap(({ range, class: id }) => {
      const profile = familyOf(range.first) === family ? this.#numbers.get(this.#rangeTexts.get(id) ?? '') : undefined;
      return profile === undefined ? [] : [{ range, profile }];
    });
  }

  /** Which row each side gives each profile. */
  rows(): { readonly side: Name; readonly profile: number; readonly row: Name }[] {
    return [...this.#numbers].flatMap(([name, profile]) => (this.#heard.get(name) ?? nothing).map(([side, row]) => ({ side: this.#sides[side]?.name ?? '', profile, row })));
  }

  #name(heard: Heard): Name {
    const name = heard.map(([side, row]) => `${this.#sides[side]?.name ?? ''} ${row}`).join('\n');
    this.#heard.set(name, heard);
    return name;
  }
}
