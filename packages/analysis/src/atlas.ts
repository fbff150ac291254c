/**
 * A set of clusters, prepared for any number of questions: the class tables of each, and who stands behind which address.
 *
 * Law: `verdict` says what the reference evaluator says.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { Decision as Judged, Row } from '@firsthop/classifier';
import type { Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import { type Decision, type Direction, type Evaluation, type EvaluationOptions, defaultFailsafe, type FailsafePort, type Probe, type Side, viewOf, type Worlds } from '@firsthop/policy';
import type { ClusterTables, Judge } from './cluster-tables.ts';
import { holdersOf } from './holders.ts';
import { type Place, type PlaceOf, placesIn } from './place.ts';
import { type TableOptions, tablesOf } from './prepare-tables.ts';

export const tableOptions = ({ ipBlocks = 'all', names = new Map() }: EvaluationOptions): TableOptions => ({ ipBlocks, names });

/** Whoever judges at one end. */
export interface Seat {
  readonly tables: ClusterTables;
  /** Of the cluster in the atlas. */
  readonly number: number;
  readonly judge: Judge;
}

/** An address with whoever judges at it. */
interface End {
  readonly place: Place;
  readonly first: Seat | undefined;
  /** By workload id. */
  readonly seats: readonly Seat[];
}


const holds = ({ endpoints }: Workload, address: Address): boolean => endpoints.some(({ addresses }) => addresses.includes(address));

/** `type * 256 + code` for ICMP, 0 for protocols without ports. */
export const portOf = ({ port, icmp }: Probe): number => (icmp === undefined ? (port ?? 0) : icmp.type * 256 + icmp.code);

export const decisionAt = ({ protocols, rest }: Row, protocol: number, port: number): Row['rest'] => {
  const steps = protocols.get(protocol);
  if (steps === undefined) return rest;
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle]?.first ?? 0) <= port) low = middle;
    else high = middle - 1;
  }
  return steps[low]?.decision ?? rest;
};

/** The tables' word in the evaluator's words. */
export const decisionOf = ({ verdict, attribution, log }: Judged): Decision => {
  const { direction, ...rest } = attribution;
  return { verdict, ...rest, ...(log && direction !== undefined ? { log } : {}) } as Decision;
};

export class Atlas {
  /** In the order of their numbers. */
  readonly clusters: ReadonlyMap<string, ClusterTables>;
  readonly placeOf: PlaceOf;
  readonly #holders: ReadonlyMap<Address, readonly Workload[]>;
  readonly #failsafe: readonly FailsafePort[];
  readonly #ends = new Map<Address, End>();
  /** By number of the cluster. */
  readonly #decisions: Map<Row['rest'], Decision>[] = [];

  /** `worlds`: with those policies only that decide (`decidingAt`, `whatIfAt`). `clusters`: where somebody has made them already. */
  constructor(worlds: Worlds, options: EvaluationOptions = {}, clusters?: ReadonlyMap<string, ClusterTables>) {
    this.#failsafe = options.failsafe ?? defaultFailsafe;
    const tables = tableOptions(options);
    this.clusters = clusters ?? new Map([...worlds].map(([name, world]) => [name, tablesOf(viewOf(worlds, world), tables)]));
    this.placeOf = placesIn(this.clusters.values());
    this.#holders = holdersOf([...worlds.values()].flatMap(({ workloads }) => workloads));
  }

  /** The workloads of an address, host-network pods among them. */
  holders(address: Address): readonly Workload[] {
    return this.#holders.get(address) ?? [];
  }

  /** No workload and no node has it, and no DNS answer. */
  isNobodys(address: Address): boolean {
    return !this.#holders.has(address) && !this.placeOf(address).isNode && [...this.clusters.values()].every((tables) => !tables.isNamed(address));
  }

  /** Whoever judges at that side; undefined where nobody does. */
  seat(side: Side): Seat | undefined {
    return this.#seatAt(this.#end(side.address), side);
  }

  #seatAt({ first, seats }: End, { address, workload: named }: Side): Seat | undefined {
    if (first === undefined || named === undefined || first.judge.id === named) return first;
    const isItsHost = this.holders(address).some(({ id, hostNetwork }) => id === named && hostNetwork);
    return seats.find(({ judge: { id, isHost } }) => id === named || (isItsHost && isHost));
  }

  /** What that seat says of the probe; `place`: that of the other end. */
  #decide({ tables, number, judge }: Seat, place: Place, probe: Probe, direction: Direction): Decision {
    const other = direction === 'egress' ? probe.destination : probe.source;
    const special = this.#beforePolicy(judge, other, probe, direction);
    if (special !== undefined) return special;
    const isOwn = place.isNode && tables.isOwnNode(judge, other.address);
    if (isOwn && direction === 'ingress') return { verdict: 'allow', reason: 'ownNode' };
    const row = tables.row(judge, direction, place.classes[number] ?? 0, isOwn);
    return this.#told(tables, number, decisionAt(row, probe.protocol, portOf(probe)));
  }

  verdict(probe: Probe): Evaluation {
    const source = this.#end(probe.source.address);
    const destination = this.#end(probe.destination.address);
    const sender = this.#seatAt(source, probe.source);
    const receiver = this.#seatAt(destination, probe.destination);
    const egress = sender === undefined ? undefined : this.#decide(sender, destination.place, probe, 'egress');
    const ingress = receiver === undefined ? undefined : this.#decide(receiver, source.place, probe, 'ingress');
    const denied = egress === undefined || egress.verdict === 'allow' ? ingress : egress;
    const verdict = denied?.verdict ?? 'allow';
    if (egress !== undefined && ingress !== undefined) return { verdict, egress, ingress };
    return { verdict, ...(egress === undefined ? {} : { egress }), ...(ingress === undefined ? {} : { ingress }) };
  }

  #end(address: Address): End {
    const known = this.#ends.get(address);
    if (known !== undefined) return known;
    const numbers = new Map([...this.clusters.keys()].map((name, i) => [name, i]));
    const seats = this.holders(address).flatMap(({ id, cluster }): Seat[] => {
      const tables = this.clusters.get(cluster);
      const judge = tables?.judge(id);
      return tables === undefined || judge === undefined ? [] : [{ tables, number: numbers.get(cluster) ?? 0, judge }];
    });
    seats.sort((a, b) => compareText(a.judge.id, b.judge.id));
    const end: End = { place: this.placeOf(address), first: seats[0], seats };
    this.#ends.set(address, end);
    return end;
  }

  /** The same object for the same decision: millions of verdicts are made of a few of them. */
  #told(tables: ClusterTables, number: number, id: Row['rest']): Decision {
    const told = (this.#decisions[number] ??= new Map());
    const known = told.get(id);
    if (known !== undefined) return known;
    const decision = decisionOf(tables.decision(id));
    told.set(id, decision);
    return decision;
  }

  /** Failsafe ports of hosts, and a workload that reaches itself. */
  #beforePolicy({ workload, id, isHost }: Judge, other: Side, probe: Probe, direction: Direction): Decision | undefined {
    const isOpen = isHost && this.#failsafe.some((one) => one.direction === direction && one.protocol === probe.protocol && one.port === probe.port);
    if (isOpen) return { verdict: 'allow', reason: 'failsafe' };
    const isSelf = other.workload === undefined ? holds(workload, other.address) : other.workload === id;
    return isSelf ? { verdict: 'allow', reason: 'self' } : undefined;
  }
}
