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
import { ClusterTables, type Judge } from './cluster-tables.ts';
import { type PlaceOf, placesIn } from './place.ts';

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
  readonly #holders = new Map<Address, Workload[]>();
  readonly #options: EvaluationOptions;

  /** `worlds`: with those policies only that decide (`decidingAt`, `whatIfAt`). */
  constructor(worlds: Worlds, options: EvaluationOptions = {}) {
    this.#options = options;
    const { ipBlocks = 'all', names = new Map() } = options;
    this.clusters = new Map([...worlds].map(([name, world]) => [name, new ClusterTables(viewOf(worlds, world), { ipBlocks, names })]));
    this.placeOf = placesIn(this.clusters.values());
    for (const { workloads } of worlds.values())
      for (const workload of workloads)
        for (const { addresses } of workload.endpoints)
          for (const address of addresses) {
            const there = this.#holders.get(address);
            if (there === undefined) this.#holders.set(address, [workload]);
            else if (!there.includes(workload)) there.push(workload);
          }
  }

  /** The workloads of an address, host-network pods among them. */
  holders(address: Address): readonly Workload[] {
    return this.#holders.get(address) ?? [];
  }

  /** No workload and no node has it, and no DNS answer. */
  isNobodys(address: Address): boolean {
    return !this.#holders.has(address) && [...this.clusters.values()].every((tables) => !tables.isNamed(address));
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

