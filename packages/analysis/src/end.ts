/**
 * An address as a verdict needs it: its classes, and whoever judges there. Looked up once, with what is needed most close at hand, because
 * a verdict waits for memory and for little else.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { ClassId } from '@firsthop/classifier';
import type { Workload, WorkloadId } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import type { Direction } from '@firsthop/policy';
import type { ColumnNumber } from './answer-table.ts';
import type { ClusterTables, Judge } from './cluster-tables.ts';
import type { PlaceOf } from './place.ts';

/** Whoever judges at one end. */
export interface Seat {
  readonly tables: ClusterTables;
  /** Of the cluster in the atlas. */
  readonly number: number;
  readonly judge: Judge;
}

export class KnownSeat implements Seat {
  readonly tables: ClusterTables;
  readonly number: number;
  readonly judge: Judge;
  readonly id: WorkloadId;
  readonly isHost: boolean;
  #ingress: ColumnNumber | undefined;
  #egress: ColumnNumber | undefined;

  constructor(tables: ClusterTables, number: number, judge: Judge) {
    this.tables = tables;
    this.number = number;
    this.judge = judge;
    this.id = judge.workload.id;
    this.isHost = judge.workload.kind === 'host';
  }

  /** Where the answers of its group stand; undefined as long as nobody asked for many of them. */
  column(direction: Direction): ColumnNumber | undefined {
    if (direction === 'egress') return (this.#egress ??= this.judge.rows.egress.column);
    return (this.#ingress ??= this.judge.rows.ingress.column);
  }
}

export interface End {
  readonly address: Address;
  readonly isNode: boolean;
  /** By number of the cluster. */
  readonly classes: readonly ClassId[];
  /** That of the first cluster again. */
  readonly firstClass: ClassId;
  readonly first: KnownSeat | undefined;
  /** By workload id. */
  readonly seats: readonly KnownSeat[];
}

export const classAt = ({ classes, firstClass }: End, cluster: number): ClassId => (cluster === 0 ? firstClass : (classes[cluster] ?? 0));

export class Ends {
  readonly #clusters: readonly ClusterTables[];
  readonly #placeOf: PlaceOf;
  readonly #holders: (address: Address) => readonly Workload[];
  readonly #known = new Map<Address, End>();

  constructor(clusters: Iterable<ClusterTables>, placeOf: PlaceOf, holders: (address: Address) => readonly Workload[]) {
    this.#clusters = [...clusters];
    this.#placeOf = placeOf;
    this.#holders = holders;
  }

  of(address: Address): End {
    return this.#known.get(address) ?? this.#make(address);
  }

  #make(address: Address): End {
    const seats = this.#holders(address).flatMap((workload): KnownSeat[] => {
      const number = this.#clusters.findIndex(({ view }) => view.cluster === workload.cluster);
      const tables = this.#clusters[number];
      const judge = tables?.judge(workload);
      return tables === undefined || judge === undefined ? [] : [new KnownSeat(tables, number, judge)];
    });
    seats.sort((a, b) => compareText(a.id, b.id));
    const { classes, isNode } = this.#placeOf(address);
    const end: End = { address, isNode, classes, firstClass: classes[0] ?? 0, first: seats[0], seats };
    this.#known.set(address, end);
    return end;
  }
}
