/**
 * A policy of any kind, after reading.
 *
 * @module
 */
import type { Peer, Rule } from './rule.ts';
import type { Validity } from './validity.ts';

export type PolicyKind = 'NetworkPolicy' | 'ClusterNetworkPolicy' | 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' | 'SecurityPolicy' | 'ClusterSecurityPolicy';

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

/** A staged edit: what the policy `of` would become. It decides nothing until it is promoted. */
export interface Stage {
  /** `policyKey` of a policy of the same kind and namespace. */
  readonly of: string;
  readonly action: 'Replace' | 'Delete';
}

/** Decides in a tier, first match in order (semantics.md step 3 and 5). */
export interface TieredPolicy {
  readonly form: 'tiered';
  readonly ref: PolicyRef;
  readonly tier: string;
  /** 0..1000000, lower first; ties by name. */
  readonly priority: number;
  /** Any of them; empty (after invalid input) selects nobody. Made of workloads and groups only, never relative. */
  readonly subjects: readonly Peer[];
  /** Undefined: the policy has no effect in that direction. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
  /** Monitor decides nothing: the verdict that it would give is told beside the true one. */
  readonly mode: 'Enforce' | 'Monitor';
  readonly onChange: 'Reevaluate' | 'Kill';
  readonly stage?: Stage;
  /** Undefined: always. Outside of it the policy is absent. */
  readonly validity?: Validity;
  /** Carried to every attribution, for people. */
  readonly owner?: string;
  readonly ticket?: string;
}

/** NetworkPolicy: isolates its subjects, and rules only ever allow (step 4). */
export interface IsolatingPolicy {
  readonly form: 'isolating';
  readonly ref: PolicyRef;
  readonly subjects: readonly Peer[];
  /** Undefined: not isolated in that direction. Empty: isolated, nothing allowed. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

export type Policy = TieredPolicy | IsolatingPolicy;
