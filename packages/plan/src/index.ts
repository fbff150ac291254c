export type { Attribution, PlanPolicyRef } from './attribution.ts';
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
export type { AddressGroupDelta, PlanDelta } from './plan-delta.ts';
