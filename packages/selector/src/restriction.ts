/**
 * What a workload must at least have for a selector to match: the cheap test that finds the few candidates.
 *
 * @module
 */
import type { WorkloadSelector } from './workload-selector.ts';

export type Restriction =
  /** One of these pairs stands on the workload. `within`: it is in this namespace. */
  | { readonly kind: 'labels'; readonly pairs: readonly string[]; readonly within?: { readonly cluster: string; readonly namespace: string } }
  | { readonly kind: 'namespace'; readonly cluster: string; readonly namespace: string }
  | { readonly kind: 'none' };

/** Key and value as one unambiguous text; no value = the key with whatever value. */
export const labelPair = (key: string, value: string | undefined): string => (value === undefined ? `${key.length}.${key}` : `${key.length}:${key}${value}`);

/** A namespace of a cluster as one unambiguous text. */
export const namespaceText = (cluster: string, namespace: string): string => `${cluster.length}:${cluster}/${namespace}`;

/** The requirement with the fewest values is taken for the most selective one. */
export const restrictionOf = ({ labels, namespaces, clusters }: WorkloadSelector): Restriction => {
  let best: readonly string[] | undefined;
  for (const { key, operator, values } of labels.requirements) {
    if (operator === 'In' && (best === undefined || values.length < best.length)) best = values.map((value) => labelPair(key, value));
    if (operator === 'Exists' && best === undefined) best = [labelPair(key, undefined)];
  }
  const within = namespaces.kind === 'named' && clusters.kind === 'named' ? { cluster: clusters.cluster, namespace: namespaces.namespace } : undefined;
  if (best !== undefined) return { kind: 'labels', pairs: best, ...(within === undefined ? {} : { within }) };
  if (within !== undefined) return { kind: 'namespace', ...within };
  return { kind: 'none' };
};
