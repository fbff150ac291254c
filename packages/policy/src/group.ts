/**
 * Group (namespaced) and ClusterGroup (firsthop.dev/v1alpha1): a list of peers under a name. A member may be another group, one level
 * deep.
 *
 * @module
 */
import type { Peer } from './rule.ts';

export interface GroupRef {
  readonly cluster: string;
  /** Undefined: a ClusterGroup. */
  readonly namespace?: string;
  readonly name: string;
}

/** `cluster/namespace/name`; the namespace is empty for a ClusterGroup. */
export const groupKey = ({ cluster, namespace, name }: GroupRef): string => `${cluster}/${namespace ?? ''}/${name}`;

export interface Group {
  readonly ref: GroupRef;
  /** Any of them. A namespaced group's members are already bound to its namespace where they do not say otherwise. */
  readonly members: readonly Peer[];
}
