/**
 * What a cluster as a whole may have, because of what the plan of a node may have.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import { planBounds } from '@firsthop/plan';

const warnAt = 0.8;

/** In words for people; empty where nothing is near. One selector may find everybody, and then its address group has all addresses. */
export const clusterLimits = (workloads: Iterable<Workload>, most: number = planBounds.members): readonly string[] => {
  let addresses = 0;
  for (const { endpoints } of workloads) for (const endpoint of endpoints) addresses += endpoint.addresses.length;
  if (addresses < warnAt * most) return [];
  if (addresses <= most) return [`${addresses} addresses of workloads; a selector may find at most ${most}: have no policy whose peers are everybody when there are more, or split the cluster`];
  return [`${addresses} addresses of workloads, and a selector may find at most ${most}: agents refuse a plan with a selector that finds more, and go on with the plan before it; name namespaces in policies whose peers are everybody, or split the cluster`];
};
