/**
 * The difference between two plans of one node.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';
import type { AddressGroupId, PlanEndpoint, PlanRule, PlanRuleId, PolicyGroup, PolicyGroupId, Revision } from './node-plan.ts';

/** A new group has `added` only; `gone` groups are listed in `removedGroups`, not emptied. */
export interface AddressGroupDelta {
  readonly id: AddressGroupId;
  readonly added: readonly Address[];
  readonly removed: readonly Address[];
}

/** Referents are added before what refers to them, and removed after it. */
export interface PlanDelta {
  readonly node: string;
  /** Digest of the plan that this is a change of. */
  readonly base: string;
  readonly revision: Revision;
  /** Undefined: unchanged. */
  readonly ownNode?: readonly Address[];
  readonly addressGroups: readonly AddressGroupDelta[];
  readonly rules: readonly PlanRule[];
  readonly policyGroups: readonly PolicyGroup[];
  readonly endpoints: readonly PlanEndpoint[];
  readonly removedEndpoints: readonly string[];
  readonly removedPolicyGroups: readonly PolicyGroupId[];
  readonly removedRules: readonly PlanRuleId[];
  readonly removedGroups: readonly AddressGroupId[];
}
