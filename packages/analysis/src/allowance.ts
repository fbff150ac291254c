/**
 * What the two ends of a connection allow together, with every answer kept: rows are few, and pairs of rows are not many more.
 *
 * @module
 */
import type { Row } from '@firsthop/classifier';
import type { Address, Family } from '@firsthop/netaddr';
import { defaultFailsafe, type Direction, type FailsafePort } from '@firsthop/policy';
import type { Seat } from './atlas.ts';
import { allowedBy, connectionText, type ConnectionSet, everyConnection, inFamily, intersection, noConnection, union } from './connection-set.ts';
import type { Spot } from './parties.ts';

/** A set that is known by a number: equal numbers, equal sets. */
export interface Allowed {
  readonly id: number;
  readonly set: ConnectionSet;
  /** Empty: nothing. */
  readonly text: string;
}

const failsafeSet = (ports: readonly FailsafePort[], direction: Direction): ConnectionSet => {
  const open = ports.filter((port) => port.direction === direction);
  const byProtocol = open.map(({ protocol, port }): ConnectionSet => ({ protocols: new Map([[protocol, [[port, port]]]]), rest: false }));
  return byProtocol.reduce(union, noConnection);
};

export class Allowances {
  readonly family: Family;
  readonly everything: Allowed;
  readonly #failsafe: readonly FailsafePort[];
  readonly #byText = new Map<string, Allowed>();
  readonly #byRow = new Map<Row, Allowed>();
  readonly #byPair = new Map<number, Allowed>();
  readonly #byUnion = new Map<number, Allowed>();

  constructor(family: Family, failsafe: readonly FailsafePort[] = defaultFailsafe) {
    this.family = family;
    this.#failsafe = failsafe;
    this.everything = this.#intern(everyConnection);
  }

  /** What one end says about an address on the other side. */
  at(seat: Seat | undefined, direction: Direction, remote: Address): Allowed {
    if (seat === undefined) return this.everything;
    const { tables, judge } = seat;
    const isOwn = tables.isOwnNode(judge, remote);
    if (isOwn && direction === 'ingress') return this.everything;
    const row = tables.row(judge.group, direction, tables.classOf(remote), isOwn);
    const known = this.#byRow.get(row);
    const allowed = known ?? this.#intern(allowedBy(row, (id) => tables.decision(id).verdict === 'allow'));
    if (known === undefined) this.#byRow.set(row, allowed);
    return judge.workload.kind === 'host' ? this.either(allowed, this.#intern(failsafeSet(this.#failsafe, direction))) : allowed;
  }

  both(a: Allowed, b: Allowed): Allowed {
    return a === b ? a : this.#combined(this.#byPair, a, b, intersection);
  }

  either(a: Allowed, b: Allowed): Allowed {
    return a === b ? a : this.#combined(this.#byUnion, a, b, union);
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

  #betweenSpots(source: Spot, destination: Spot): Allowed | undefined {
    let found: Allowed | undefined;
    for (const from of source.addresses)
      for (const to of destination.addresses) {
        const one = this.both(this.at(source.seat, 'egress', to), this.at(destination.seat, 'ingress', from));
        found = found === undefined ? one : this.either(found, one);
      }
    return found;
  }

  #combined(memo: Map<number, Allowed>, a: Allowed, b: Allowed, combine: (a: ConnectionSet, b: ConnectionSet) => ConnectionSet): Allowed {
    // Both operations know no order, so one key serves both ways.
    const key = a.id < b.id ? a.id * 0x400_0000 + b.id : b.id * 0x400_0000 + a.id;
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
