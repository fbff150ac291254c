/**
 * A set of clusters, prepared for any number of questions: the class tables of each, and who stands behind which address.
 *
 * Law: `verdict` says what the reference evaluator says.
 *
 * @module
 */
import type { Decision as Judged, Row } from '@firsthop/classifier';
import type { Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import { type Decision, type Direction, type Evaluation, type EvaluationOptions, defaultFailsafe, type Probe, type Side, viewOf, type Worlds } from '@firsthop/policy';
import type { ClusterTables, Judge } from './cluster-tables.ts';
import { holdersOf } from './holders.ts';
import { type PlaceOf, placesIn } from './place.ts';
import { type TableOptions, tablesOf } from './prepare-tables.ts';

export const tableOptions = ({ ipBlocks = 'all', names = new Map() }: EvaluationOptions): TableOptions => ({ ipBlocks, names });

/** Whoever judges at one end. */
export interface Seat {
  readonly tables: ClusterTables;
  readonly judge: Judge;
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
export const decisionOf = ({ verdict, attribution: { direction: _, ...rest }, log }: Judged): Decision => ({ verdict, ...rest, ...(log ? { log } : {}) }) as Decision;

export class Atlas {
  /** In the order of their numbers. */
  readonly clusters: ReadonlyMap<string, ClusterTables>;
  readonly placeOf: PlaceOf;
  readonly #holders: ReadonlyMap<Address, readonly Workload[]>;
  readonly #options: EvaluationOptions;

  /** `worlds`: with those policies only that decide (`decidingAt`, `whatIfAt`). `clusters`: where somebody has made them already. */
  constructor(worlds: Worlds, options: EvaluationOptions = {}, clusters?: ReadonlyMap<string, ClusterTables>) {
    this.#options = options;
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
  seat({ address, workload: named }: Side): Seat | undefined {
    const holders = this.holders(address);
    const sender = named === undefined ? undefined : holders.find(({ id }) => id === named);
    const isOf = (subject: Workload): boolean => named === undefined || named === subject.id || (subject.kind === 'host' && sender?.hostNetwork === true);
    let best: Seat | undefined;
    for (const subject of holders) {
      const tables = this.clusters.get(subject.cluster);
      const judge = isOf(subject) ? tables?.judge(subject.id) : undefined;
      if (tables !== undefined && judge !== undefined && (best === undefined || subject.id < best.judge.workload.id)) best = { tables, judge };
    }
    return best;
  }

  /** What that seat says of the probe. */
  decide({ tables, judge }: Seat, probe: Probe, direction: Direction): Decision {
    const special = this.#beforePolicy(judge.workload, probe, direction);
    if (special !== undefined) return special;
    const remote = (direction === 'egress' ? probe.destination : probe.source).address;
    const isOwn = tables.isOwnNode(judge, remote);
    if (isOwn && direction === 'ingress') return { verdict: 'allow', reason: 'ownNode' };
    const row = tables.row(judge.group, direction, tables.classOf(remote), isOwn);
    return decisionOf(tables.decision(decisionAt(row, probe.protocol, portOf(probe))));
  }

  verdict(probe: Probe): Evaluation {
    const at = (side: Side, direction: Direction): Decision | undefined => {
      const seat = this.seat(side);
      return seat === undefined ? undefined : this.decide(seat, probe, direction);
    };
    const egress = at(probe.source, 'egress');
    const ingress = at(probe.destination, 'ingress');
    const denied = egress === undefined || egress.verdict === 'allow' ? ingress : egress;
    return { verdict: denied?.verdict ?? 'allow', ...(egress === undefined ? {} : { egress }), ...(ingress === undefined ? {} : { ingress }) };
  }

  /** Failsafe ports of hosts, and a workload that reaches itself. */
  #beforePolicy(subject: Workload, probe: Probe, direction: Direction): Decision | undefined {
    const failsafe = this.#options.failsafe ?? defaultFailsafe;
    const isOpen = subject.kind === 'host' && failsafe.some((one) => one.direction === direction && one.protocol === probe.protocol && one.port === probe.port);
    if (isOpen) return { verdict: 'allow', reason: 'failsafe' };
    const other = direction === 'ingress' ? probe.source : probe.destination;
    const isSelf = other.workload === undefined ? holds(subject, other.address) : other.workload === subject.id;
    return isSelf ? { verdict: 'allow', reason: 'self' } : undefined;
  }
}

