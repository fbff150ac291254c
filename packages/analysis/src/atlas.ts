/**
 * A set of clusters, prepared for any number of questions: the class tables of each, and who stands behind which address.
 *
 * Law: `verdict` says what the reference evaluator says.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import { type Decision, type Direction, type Evaluation, type EvaluationOptions, defaultFailsafe, type FailsafePort, type Probe, type Side, viewOf, type Worlds } from '@firsthop/policy';
import type { ClusterTables } from './cluster-tables.ts';
import { classAt, type End, Ends, type KnownSeat, type Seat } from './end.ts';
import { holdersOf } from './holders.ts';
import { isItself } from './itself.ts';
import { type PlaceOf, placesIn } from './place.ts';
import { decisionAt } from './row-decision.ts';
import { type TableOptions, tablesOf } from './prepare-tables.ts';

export const tableOptions = ({ ipBlocks = 'all', names = new Map() }: EvaluationOptions): TableOptions => ({ ipBlocks, names });

/** `type * 256 + code` for ICMP, 0 for protocols without ports. */
export const portOf = ({ port, icmp }: Probe): number => (icmp === undefined ? (port ?? 0) : icmp.type * 256 + icmp.code);

/** A workload that reaches itself. */
const isSelf = (seat: KnownSeat, { first }: End, other: Side): boolean => {
  // The same seat or another one of the same cluster: no text is compared, and none is read.
  if (first !== undefined && first.id === other.workload && first.number === seat.number) return first.judge === seat.judge;
  return isItself(seat.judge.workload, other);
};

export class Atlas {
  /** In the order of their numbers. */
  readonly clusters: ReadonlyMap<string, ClusterTables>;
  readonly placeOf: PlaceOf;
  readonly #worlds: Worlds;
  #holders: ReadonlyMap<Address, readonly Workload[]> | undefined;
  readonly #failsafe: readonly FailsafePort[];
  readonly #ends: Ends;

  /** `worlds`: with those policies only that decide (`decidingAt`, `whatIfAt`). `clusters`: where somebody has made them already. */
  constructor(worlds: Worlds, options: EvaluationOptions = {}, clusters?: ReadonlyMap<string, ClusterTables>) {
    this.#failsafe = options.failsafe ?? defaultFailsafe;
    const tables = tableOptions(options);
    this.clusters = clusters ?? new Map([...worlds].map(([name, world]) => [name, tablesOf(viewOf(worlds, world), tables)]));
    this.placeOf = placesIn(this.clusters.values());
    this.#worlds = worlds;
    this.#ends = new Ends(this.clusters.values(), this.placeOf, (address) => this.holders(address));
  }

  /** The workloads of an address, host-network pods among them. */
  holders(address: Address): readonly Workload[] {
    this.#holders ??= holdersOf([...this.#worlds.values()].flatMap(({ workloads }) => workloads));
    return this.#holders.get(address) ?? [];
  }

  /** No workload and no node has it, and no DNS answer. */
  isNobodys(address: Address): boolean {
    return this.holders(address).length === 0 && !this.placeOf(address).isNode && [...this.clusters.values()].every((tables) => !tables.isNamed(address));
  }

  /** Whoever judges at that side; undefined where nobody does. */
  seat(side: Side): Seat | undefined {
    return this.#seatAt(this.#ends.of(side.address), side);
  }

  verdict(probe: Probe): Evaluation {
    const source = this.#ends.of(probe.source.address);
    const destination = this.#ends.of(probe.destination.address);
    const sender = this.#seatAt(source, probe.source);
    const receiver = this.#seatAt(destination, probe.destination);
    const egress = sender === undefined ? undefined : this.#decide(sender, destination, probe, 'egress');
    const ingress = receiver === undefined ? undefined : this.#decide(receiver, source, probe, 'ingress');
    const denied = egress === undefined || egress.verdict === 'allow' ? ingress : egress;
    const verdict = denied?.verdict ?? 'allow';
    if (egress !== undefined && ingress !== undefined) return { verdict, egress, ingress };
    return { verdict, ...(egress === undefined ? {} : { egress }), ...(ingress === undefined ? {} : { ingress }) };
  }

  #seatAt({ first, seats }: End, { address, workload: named }: Side): KnownSeat | undefined {
    if (first === undefined || named === undefined || first.id === named) return first;
    const isItsHost = this.holders(address).some(({ id, hostNetwork }) => id === named && hostNetwork);
    return seats.find(({ id, isHost }) => id === named || (isItsHost && isHost));
  }

  /** What that seat says of the probe; `far`: the other end. */
  #decide(seat: KnownSeat, far: End, probe: Probe, direction: Direction): Decision {
    const other = direction === 'egress' ? probe.destination : probe.source;
    if (seat.isHost && this.#isFailsafe(probe, direction)) return { verdict: 'allow', reason: 'failsafe' };
    if (isSelf(seat, far, other)) return { verdict: 'allow', reason: 'self' };
    const { tables, judge } = seat;
    const id = classAt(far, seat.number);
    const isOwn = far.isNode && tables.isOwnNode(judge, far.address);
    if (isOwn && direction === 'ingress') return { verdict: 'allow', reason: 'ownNode' };
    const column = isOwn ? undefined : seat.column(direction);
    if (column !== undefined) return tables.answers.told(tables.answers.ask(column, id, probe.protocol, portOf(probe)));
    return tables.answers.toldOf(decisionAt(tables.row(judge, direction, id, isOwn), probe.protocol, portOf(probe)));
  }

  #isFailsafe({ protocol, port }: Probe, direction: Direction): boolean {
    return this.#failsafe.some((one) => one.direction === direction && one.protocol === protocol && one.port === port);
  }
}
