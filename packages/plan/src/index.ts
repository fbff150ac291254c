export { applyDelta } from './apply-delta.ts';
export type { Attribution, PlanPolicyRef } from './attribution.ts';
export { danglingReference } from './dangling.ts';
export { diffPlans } from './diff-plans.ts';
export type { EndpointBinding } from './endpoint-binding.ts';
export { emptyPlan } from './empty-plan.ts';
export type {
  AddressGroup,
  AddressGroupId,
  NodePlan,
  PlanAction,
  PlanEndpoint,
  PlanMatch,
  PlanPeer,
  PlanRule,
  PlanRuleId,
  PlanService,
  PolicyGroup,
  PolicyGroupId,
  Revision,
  Stage,
} from './node-plan.ts';
export { type PeerLeaf, peerLeaves } from './peer-leaves.ts';
export { addressesText, type Around, aroundPolicyGroup, aroundRule, endpointText, policyGroupText, revisionText, ruleText } from './object-text.ts';
export { addressGroupId, planRuleId, policyGroupId } from './object-id.ts';
export { decodeDelta, decodePlan, encodeDelta, encodePlan } from './plan-codec.ts';
export type { AddressGroupDelta, PlanDelta } from './plan-delta.ts';
export { type DigestEntry, endpointEntry, groupEntry, memberEntry, nodeEntry, ownNodeEntry, planDigest, policyGroupEntry, ruleEntry } from './plan-digest.ts';
export type { PlanError } from './plan-error.ts';
export { endpointJson, policyGroupJson, ruleJson, sortedAddresses } from './plan-json.ts';
export { digestSchema, nameSchema, planBounds, revisionSchema } from './plan-schema.ts';
