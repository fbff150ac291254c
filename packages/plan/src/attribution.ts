/**
 * Why a packet got its verdict, as the kernel's counters carry it. Same JSON as the `DECISION` of contracts.md, written
 * apart from the evaluator's own type on purpose: a test compares the two.
 *
 * @module
 */
export interface PlanPolicyRef {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface Attribution {
  readonly reason: 'rule' | 'isolated' | 'tierDefault' | 'workloadDefault';
  readonly direction: 'ingress' | 'egress';
  readonly tier?: string;
  readonly policy?: PlanPolicyRef;
  readonly rule?: { readonly index: number; readonly name?: string; readonly id: string };
  readonly isolatedBy?: readonly PlanPolicyRef[];
  /** Whom the policy's author named, for people. */
  readonly owner?: string;
  readonly ticket?: string;
}
