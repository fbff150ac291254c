/**
 * Where the names of plan objects are minted. The texts are 16 hex digits: they end up in names of kernel objects.
 *
 * @module
 */
import type { AddressGroupId, PlanRuleId, PolicyGroupId } from './node-plan.ts';

export const addressGroupId = (text: string): AddressGroupId => text as AddressGroupId;
export const planRuleId = (text: string): PlanRuleId => text as PlanRuleId;
export const policyGroupId = (text: string): PolicyGroupId => text as PolicyGroupId;
