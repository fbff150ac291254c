/**
 * What the two ends of a connection allow together, with every answer kept: rows are few, and pairs of rows are not many more.
 *
 * @module
 */
import type { ClassId, Row } from '@firsthop/classifier';
import type { Family } from '@firsthop/netaddr';
import { defaultFailsafe, type Direction, type FailsafePort } from '@firsthop/policy';
import type { Seat } from './end.ts';
import { allowedBy, connectionText, type ConnectionSet, everyConnection, inFamily, intersection, noConnection, union } from './connection-set.ts';
import type { Spot } from './parties.ts';
import { type Column, columnOf, openColumn, saidTo, specialIn } from './column.ts';
import type { Place } from './place.ts';

/** A set that is known by a number: equal numbers, equal sets. */
export interface Allowed {
  readonly id: number;
  readonly set: ConnectionSet;
  /** Empty: nothing. */
  readonly text: string;
}

/** Numbers of sets stay below it, so that two of them make one exact number. */
const mostSets = 0x400_0000;

/** Who is asked about a few classes does not work out all of them. */
interface Memo {
  readonly single: Map<ClassId, Allowed>;
  /** But to the own node. */
  column: Column<Allowed> | undefined;
}

type Memos = Readonly<Record<Direction, Memo>>;

/** A party of one spot at one place, which is what most are: all of what it says, ready to be looked up. */
export interface Plain {
  /** By number of the cluster. */
  readonly classes: readonly ClassId[];
  readonly number: number;
  readonly ingress: Column<Allowed>;
  readonly egress: Column<Allowed>;
}

const fewClasses = 12;

const failsafeSet = (ports: readonly FailsafePort[], direction: Direction): ConnectionSet => {
  const open = ports.filter((port) => port.direction === direction);
  const byProtocol = open.map(({ protocol, port }): ConnectionSet => ({ protocols: new Map([[protocol, [[port, port]]]]), rest: false }));
  return byProtocol.reduce(union, noConnection);
};

export class Allowances {
  readonly family: Family;
  readonly everything: Allowed;
  readonly nothing: Allowed;
  readonly #failsafe: readonly FailsafePort[];
  readonly #byText = new Map<string, Allowed>();
  readonly #byRow = new Map<Row, Allowed>();
  /** By both numbers. */
  readonly #byPair = new Map<number, Allowed>();
  readonly #byUnion = new Map<number, Allowed>();
  readonly #byGroup = new Map<string, Memos>();
  readonly #memos = new Map<Seat, Memos>();
  readonly #open: Column<Allowed>;

  constructor(family: Family, failsafe: readonly FailsafePort[] = defaultFailsafe) {
    this.family = family;
    this.#failsafe = failsafe;
    this.everything = this.#intern(everyConnection);
    this.nothing = this.#intern(noConnection);
    this.#open = openColumn(this.everything);
  }

  /** What one end says about an address on the other side. */
  at(seat: Seat | undefined, direction: Direction, place: Place): Allowed {
    if (seat === undefined) return this.everything;
    if (place.isNode) return this.#read(seat, direction, place);
    const id = place.classes[seat.number] ?? 0;
    const memo = this.#memoOf(seat, direction);
    if (memo.column === undefined && memo.single.size < fewClasses) return memo.single.get(id) ?? this.#readOne(memo, seat, direction, place, id);
    return saidTo(this.#column(seat, direction), id);
  }

  /** Those of the classes to which one end says something else than to the rest. */
  special(seat: Seat, direction: Direction, classes: ReadonlySet<ClassId>): Iterable<ClassId> {
    return specialIn(this.#column(seat, direction), classes);
  }

  both(a: Allowed, b: Allowed): Allowed {
    if (a === b || b === this.everything || a === this.nothing) return a;
    if (a === this.everything || b === this.nothing) return b;
    return this.#combined(this.#byPair, a, b, intersection);
  }

  either(a: Allowed, b: Allowed): Allowed {
    if (a === b || a === this.everything || b === this.nothing) return a;
    if (b === this.everything || a === this.nothing) return b;
    return this.#combined(this.#byUnion, a, b, union);
  }

  /** These ports of a protocol, ascending. */
  ports(protocol: number, ports: readonly number[]): Allowed {
    return this.#intern(ports.map((port): ConnectionSet => ({ protocols: new Map([[protocol, [[port, port]]]]), rest: false })).reduce(union, noConnection));
  }

  /** Everything that some member of one party may say to some member of the other. Undefined: there is nobody on one side. */
  between(from: readonly Spot[], to: readonly Spot[]): Allowed | undefined {
    let found: Allowed | undefined;
    for (const source of from)
      for (const destination of to) {
        const one = this.#betweenSpots(source, destination);
        if (one !== undefined) found = found === undefined ? one : this.either(found, one);
      }
    return found;
  }

  /** For those who ask about everybody: all rows of that party are made. Undefined: not so simple a party. */
  plainOf(spots: readonly Spot[]): Plain | undefined {
    const [spot] = spots;
    const place = spot?.places[0];
    if (spots.length !== 1 || spot === undefined || place === undefined || spot.places.length > 1 || place.isNode) return undefined;
    const { seat } = spot;
    const columns = (direction: Direction): Column<Allowed> => (seat === undefined ? this.#open : this.#column(seat, direction));
    return { classes: place.classes, number: seat?.number ?? 0, ingress: columns('ingress'), egress: columns('egress') };
  }

  /** The same as `between`. */
  betweenPlain(from: Plain, to: Plain): Allowed {
    const sent = saidTo(from.egress, to.classes[from.number] ?? 0);
    return sent === this.nothing ? sent : this.both(sent, saidTo(to.ingress, from.classes[to.number] ?? 0));
  }

  #betweenSpots(source: Spot, destination: Spot): Allowed | undefined {
    let found: Allowed | undefined;
    for (const from of source.places)
      for (const to of destination.places) {
        const one = this.both(this.at(source.seat, 'egress', to), this.at(destination.seat, 'ingress', from));
        found = found === undefined ? one : this.either(found, one);
      }
    return found;
  }

  #read(seat: Seat, direction: Direction, { address }: Place): Allowed {
    const { tables, judge } = seat;
    const isOwn = tables.isOwnNode(judge, address);
    if (isOwn && direction === 'ingress') return this.everything;
    return this.#ofRow(tables.row(judge, direction, tables.classOf(address), isOwn), seat, direction);
  }

  #ofRow(row: Row, { tables, judge }: Seat, direction: Direction): Allowed {
    const known = this.#byRow.get(row);
    const allowed = known ?? this.#intern(allowedBy(row, (id) => tables.decision(id).verdict === 'allow'));
    if (known === undefined) this.#byRow.set(row, allowed);
    return judge.workload.kind === 'host' ? this.either(allowed, this.#intern(failsafeSet(this.#failsafe, direction))) : allowed;
  }

  #readOne({ single }: Memo, seat: Seat, direction: Direction, place: Place, id: ClassId): Allowed {
    const allowed = this.#read(seat, direction, place);
    single.set(id, allowed);
    return allowed;
  }

  #memoOf(seat: Seat, direction: Direction): Memo {
    const known = this.#memos.get(seat);
    const memos = known ?? this.#ofGroup(seat);
    if (known === undefined) this.#memos.set(seat, memos);
    return memos[direction];
  }

  #column(seat: Seat, direction: Direction): Column<Allowed> {
    const memo = this.#memoOf(seat, direction);
    if (memo.column !== undefined) return memo.column;
    return (memo.column = columnOf(seat.tables.rows(seat.judge.group, direction), (row) => this.#ofRow(row, seat, direction)));
  }

  /** One for all seats of a policy group. */
  #ofGroup({ tables, judge }: Seat): Memos {
    const key = `${tables.view.cluster} ${judge.group} ${judge.workload.kind === 'host'}`;
    const memos = this.#byGroup.get(key) ?? { ingress: { single: new Map(), column: undefined }, egress: { single: new Map(), column: undefined } };
    this.#byGroup.set(key, memos);
    return memos;
  }

  #combined(memo: Map<number, Allowed>, a: Allowed, b: Allowed, combine: (a: ConnectionSet, b: ConnectionSet) => ConnectionSet): Allowed {
    // Both operations know no order, so one entry serves both ways.
    const key = a.id < b.id ? a.id * mostSets + b.id : b.id * mostSets + a.id;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const made = this.#intern(combine(a.set, b.set));
    memo.set(key, made);
    return made;
  }

  /** Two sets that are told apart nowhere but in what is not printed are two all the same. */
  #intern(written: ConnectionSet): Allowed {
    const set = inFamily(written, this.family);
    const key = `${set.rest}${[...set.protocols].sort(([a], [b]) => a - b).map(([protocol, runs]) => `;${protocol}:${runs.map(([first, last]) => `${first}-${last}`).join(',')}`).join('')}`;
    const known = this.#byText.get(key);
    if (known !== undefined) return known;
    const made: Allowed = { id: this.#byText.size, set, text: connectionText(set, this.family) };
    this.#byText.set(key, made);
    return made;
  }
}
