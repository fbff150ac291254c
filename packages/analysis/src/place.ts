/**
 * An address as every cluster sees it, looked up once for all questions about it.
 *
 * @module
 */
import type { ClassId } from '@firsthop/classifier';
import type { Address } from '@firsthop/netaddr';
import type { ClusterTables } from './cluster-tables.ts';

export interface Place {
  readonly address: Address;
  /** Some node has it: to that node's own pods it is another thing than to others. */
  readonly isNode: boolean;
  /** By number of the cluster in the atlas. */
  readonly classes: readonly ClassId[];
}

export type PlaceOf = (address: Address) => Place;

export const placesIn = (clusters: Iterable<ClusterTables>): PlaceOf => {
  const all = [...clusters];
  const nodes = new Set(all.flatMap(({ view }) => view.nodes.flatMap(({ addresses }) => addresses)));
  return (address) => ({ address, isNode: nodes.has(address), classes: all.map((tables) => tables.classOf(address)) });
};
