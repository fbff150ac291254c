/**
 * What a verdict is made of; the JSON of contracts.md section 1.
 *
 * @module
 */
import type { PolicyRef } from './policy.ts';
import type { RuleId } from './rule.ts';

export type Verdict = 'allow' | 'drop' | 'reject';
export type Reason = 'rule' | 'isolated' | 'tierDefault' | 'workloadDefault' | 'self' | 'failsafe' | 'ownNode' | 'antiSpoof' | 'tracked' | 'unmanaged';

/** The rule that would have allowed, had one thing been otherwise. */
export interface NearestMiss {
  readonly policy: PolicyRef;
  readonly rule: { readonly index: number; readonly name?: string; readonly id: RuleId };
  /** The first of them that differed. */
  readonly differs: 'peer' | 'port' | 'protocol';
  /** For people. */
  readonly detail: string;
}

export interface Decision {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly tier?: string;
  readonly policy?: PolicyRef;
  readonly rule?: { readonly index: number; readonly name?: string; readonly id: RuleId };
  /** As the deciding policy has them. */
  readonly owner?: string;
  readonly ticket?: string;
  /** The deciding rule asks for its connections to be logged. */
  readonly log?: true;
  /** Sorted by (cluster, kind, namespace, name). */
  readonly isolatedBy?: readonly PolicyRef[];
}
