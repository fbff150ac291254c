/**
 * Ordered groups of policies. Below 1000: before NetworkPolicy; above 10000 (10000 is built in): after it.
 *
 * @module
 */
export interface Tier {
  readonly name: string;
  readonly order: number;
  /** At the end of the tier, where at least one of its policies selects the endpoint in this direction. */
  readonly defaultAction: 'Continue' | 'Drop';
  /** Whether namespaced SecurityPolicies may stand in it. */
  readonly namespaced: 'Forbidden' | 'Allowed';
}

const builtIn = (name: string, order: number, namespaced: Tier['namespaced'] = 'Forbidden'): Tier => ({ name, order, defaultAction: 'Continue', namespaced });

/** They hold the kinds of policy.networking.k8s.io. */
export const kubeAdminTier = 'kube-admin';
export const kubeBaselineTier = 'kube-baseline';

export const builtInTiers: readonly Tier[] = [
  builtIn('emergency', 100),
  builtIn('infrastructure', 200),
  builtIn(kubeAdminTier, 300),
  builtIn('environment', 400),
  builtIn('application', 500, 'Allowed'),
  builtIn('baseline', 10_000, 'Allowed'),
  builtIn(kubeBaselineTier, 10_100),
];

export type TierPhase = 'admin' | 'baseline';
export const phaseOf = ({ order }: Tier): TierPhase => (order < 1000 ? 'admin' : 'baseline');
