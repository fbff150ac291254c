/**
 * References inside a plan. A plan with a hole is refused whole: half a policy is another policy.
 *
 * @module
 */
import type { NodePlan, PlanRule, Stage } from './node-plan.ts';
import { peerLeaves } from './peer-leaves.ts';

const missingGroup = ({ addressGroups }: NodePlan, rule: PlanRule): string | undefined => {
  for (const { peers } of rule.matches)
    for (const peer of peers)
      for (const leaf of peerLeaves(peer)) if (leaf.kind === 'group' && !addressGroups.has(leaf.group)) return `rule ${rule.id} refers to address group ${leaf.group}`;
  return undefined;
};

const missingRule = ({ rules }: NodePlan, stages: readonly Stage[]): string | undefined => {
  for (const stage of stages) if (stage.kind !== 'default') for (const id of stage.rules) if (!rules.has(id)) return `a stage refers to rule ${id}`;
  return undefined;
};

/** Undefined: every object is complete. Otherwise the first hole, in words. */
export const danglingReference = (plan: NodePlan): string | undefined => {
  for (const rule of plan.rules.values()) {
    const hole = missingGroup(plan, rule);
    if (hole !== undefined) return hole;
  }
  for (const { id, ingress, egress } of plan.policyGroups.values()) {
    const hole = missingRule(plan, ingress) ?? missingRule(plan, egress);
    if (hole !== undefined) return hole;
    if (ingress.at(-1)?.kind !== 'default' || egress.at(-1)?.kind !== 'default') return `policy group ${id} does not end with a default`;
  }
  for (const { id, policyGroup, trialGroup = policyGroup } of plan.endpoints.values())
    for (const group of [policyGroup, trialGroup]) if (!plan.policyGroups.has(group)) return `endpoint ${id} refers to policy group ${group}`;
  return undefined;
};
