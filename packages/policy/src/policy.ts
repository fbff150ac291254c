/**
 * A policy of any kind, after reading.
 *
 * @module
 */
import type { WorkloadSelector } from '@firsthop/selector';
import type { Rule } from './rule.ts';

export type PolicyKind = 'NetworkPolicy' | 'SecurityPolicy' | 'ClusterSecurityPolicy';

export interface PolicyRef {
  /** The cluster in which it was written. */
  readonly cluster: string;
  readonly kind: PolicyKind;
  /** Undefined for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly name: string;
}

/** `cluster/kind/namespace/name`; the namespace is empty for cluster-scoped kinds. */
export const policyKey = ({ cluster, kind, namespace, name }: PolicyRef): string => `${cluster}/${kind}/${namespace ?? ''}/${name}`;

/** Decides in a tier, first match in order (semantics.md step 3 and 5). */
export interface TieredPolicy {
  readonly form: 'tiered';
  readonly ref: PolicyRef;
  readonly tier: string;
  /** 0..1000000, lower first; ties by name. */
  readonly priority: number;
  /** Any of them; empty (after invalid input) selects nobody. */
  readonly subjects: readonly WorkloadSelector[];
  /** Undefined: the policy has no effect in that direction. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

/** NetworkPolicy: isolates its subjects, and rules only ever allow (step 4). */
export interface IsolatingPolicy {
  readonly form: 'isolating';
  readonly ref: PolicyRef;
  readonly subjects: readonly WorkloadSelector[];
  /** Undefined: not isolated in that direction. Empty: isolated, nothing allowed. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

export type Policy = TieredPolicy | IsolatingPolicy;
