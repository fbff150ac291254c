/**
 * A decision as contracts.md section 1 prints it.
 *
 * @module
 */
import type { Decision, NearestMiss, Reason, Verdict } from './decision.ts';
import type { PolicyRef } from './policy.ts';

export interface PolicyRefJson {
  /** Only where several clusters are in play. */
  readonly cluster?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface DecisionJson {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly tier?: string;
  readonly policy?: PolicyRefJson;
  readonly rule?: { readonly index: number; readonly name?: string; readonly id: string };
  readonly owner?: string;
  readonly ticket?: string;
  readonly isolatedBy?: readonly PolicyRefJson[];
  readonly nearestMiss?: { readonly policy: PolicyRefJson; readonly rule: { readonly index: number; readonly name?: string; readonly id: string }; readonly differs: 'peer' | 'port' | 'protocol'; readonly detail: string };
}

export interface DecisionJsonOptions {
  /** Whether more than one cluster is in play, so that a policy's name alone is not clear. */
  readonly withClusters: boolean;
}

const refJson = ({ cluster, kind, namespace, name }: PolicyRef, { withClusters }: DecisionJsonOptions): PolicyRefJson => ({
  ...(withClusters ? { cluster } : {}),
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

export const decisionJson = ({ verdict, reason, tier, policy, rule, owner, ticket, isolatedBy }: Decision, options: DecisionJsonOptions, nearestMiss?: NearestMiss): DecisionJson => ({
  verdict,
  reason,
  ...(tier === undefined ? {} : { tier }),
  ...(policy === undefined ? {} : { policy: refJson(policy, options) }),
  ...(rule === undefined ? {} : { rule }),
  ...(owner === undefined ? {} : { owner }),
  ...(ticket === undefined ? {} : { ticket }),
  ...(isolatedBy === undefined ? {} : { isolatedBy: isolatedBy.map((ref) => refJson(ref, options)) }),
  ...(nearestMiss === undefined ? {} : { nearestMiss: { ...nearestMiss, policy: refJson(nearestMiss.policy, options) } }),
});
