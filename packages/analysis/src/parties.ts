/**
 * The parties of a connectivity list: workloads under the names that people know them by.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { Workload } from '@firsthop/inventory';
import { type Family, familyOf } from '@firsthop/netaddr';
import type { Atlas } from './atlas.ts';
import type { Seat } from './end.ts';
import { controllerName } from './controller.ts';
import type { Place } from './place.ts';

/** One way in which members of a party differ from the others: what no policy tells apart is one spot. */
export interface Spot {
  /** Undefined: outside. */
  readonly workload: Workload | undefined;
  readonly places: readonly Place[];
  /** Undefined: no policy is enforced there. */
  readonly seat: Seat | undefined;
}

export interface Party {
  readonly name: string;
  readonly spots: readonly Spot[];
}

const ownName = ({ kind, namespace, name, owner }: Workload): string => {
  switch (kind) {
    case 'pod':
      return `${namespace}/${owner?.name ?? name}[${owner?.kind ?? 'Pod'}]`;
    case 'vm':
      return `vm:${namespace}/${name}`;
    case 'host':
      return `host:${name}`;
  }
};

/** As in `Connection`. */
export const partyName = (workload: Workload, withClusters: boolean): string => `${withClusters ? `cluster:${workload.cluster}/` : ''}${ownName(workload)}`;

/** Everybody with an address; a host only where policy is enforced at it. In order of their names. */
export const partiesOf = (atlas: Atlas, family: Family): Party[] => {
  const parties = new Map<string, Map<Workload, Spot>>();
  const withClusters = atlas.clusters.size > 1;
  for (const [number, tables] of [...atlas.clusters.values()].entries())
    for (const workload of tables.named()) {
      if (workload.cluster !== tables.view.cluster || workload.name === controllerName) continue;
      const judge = tables.judge(workload);
      const representative = tables.representative(workload);
      const addresses = representative.endpoints.flatMap((endpoint) => endpoint.addresses).filter((address) => familyOf(address) === family);
      if (addresses.length === 0 || (workload.kind === 'host' && judge === undefined)) continue;
      const name = partyName(workload, withClusters);
      const spots = parties.get(name) ?? new Map<Workload, Spot>();
      parties.set(name, spots);
      if (!spots.has(representative)) spots.set(representative, { workload: representative, places: addresses.map(atlas.placeOf), seat: judge === undefined ? undefined : { tables, number, judge: { ...judge, workload: representative } } });
    }
  return [...parties].sort(([a], [b]) => compareText(a, b)).map(([name, spots]) => ({ name, spots: [...spots.values()] }));
};
