export interface GroupRef {
  readonly cluster: string;
  /** Undefined: a ClusterGroup. */
  readonly namespace?: string;
  readonly name: string;
}

/** `cluster/namespace/name`; the namespace is empty for a ClusterGroup. */
export const groupKey = ({ cluster, namespace, name }: GroupRef): string => `${cluster}/${namespace ?? ''}/${name}`;
