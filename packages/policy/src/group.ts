/**
 * Group (namespaced) and ClusterGroup (firsthop.dev/v1alpha1): a list of peers under a name. A member may be another group, one level
 * deep.
 *
 * @module
 */
import type { GroupRef } from './group-ref.ts';
import type { Peer } from './rule.ts';

export interface Group {
  readonly ref: GroupRef;
  /** Any of them. A namespaced group's members are already bound to its namespace where they do not say otherwise. */
  readonly members: readonly Peer[];
}
