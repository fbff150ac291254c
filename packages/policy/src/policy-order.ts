/**
 * Which of two policies of one tier is asked first. Lower priority number first; ties by name, then kind, namespace, cluster; in the tiers
 * of the Kubernetes API by kind, then name.
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import type { TieredPolicy } from './policy.ts';
import { kubeAdminTier, kubeBaselineTier } from './tier.ts';

export const comparePolicies = (a: TieredPolicy, b: TieredPolicy): number => {
  const isKube = a.tier === b.tier && (a.tier === kubeAdminTier || a.tier === kubeBaselineTier);
  const key = ({ priority, ref }: TieredPolicy): (string | number)[] => [priority, ...(isKube ? [ref.kind, ref.name] : [ref.name, ref.kind]), ref.namespace ?? '', ref.cluster];
  return compareKeys(key(a), key(b));
};
