/**
 * One plan for workloads of a whole cluster: their endpoints, what governs them, and what that refers to. Nothing else.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import { type AddressGroup, type AddressGroupId, type NodePlan, peerLeaves, type PlanEndpoint, type PlanRule, type PlanRuleId, type PolicyGroup, type PolicyGroupId } from '@firsthop/plan';
import { planEndpoint } from '../plan-endpoint.ts';
import type { PeerGroups } from '../peer-groups.ts';
import type { GroupCompiler } from './group-compiler.ts';

const usedRules = (groups: Iterable<PolicyGroup>, compiler: GroupCompiler): Map<PlanRuleId, PlanRule> => {
  const rules = new Map<PlanRuleId, PlanRule>();
  for (const { ingress, egress } of groups)
    for (const stage of [...ingress, ...egress])
      for (const id of stage.kind === 'default' ? [] : stage.rules) {
        const rule = compiler.rules.get(id);
        if (rule === undefined) throw new Error(`no rule ${id}`);
        rules.set(id, rule);
      }
  return rules;
};

const usedGroups = (rules: Iterable<PlanRule>, groups: PeerGroups): Map<AddressGroupId, AddressGroup> => {
  const used = new Map<AddressGroupId, AddressGroup>();
  for (const { matches } of rules)
    for (const { peers } of matches) for (const peer of peers) for (const leaf of peerLeaves(peer)) if (leaf.kind === 'group' && !used.has(leaf.group)) used.set(leaf.group, groups.groupOf(leaf));
  return used;
};

/** `workloads`: those that policy is enforced on. */
export const compileWhole = (workloads: readonly Workload[], compiler: GroupCompiler, groups: PeerGroups): Omit<NodePlan, 'revision'> => {
  const policyGroups = new Map<PolicyGroupId, PolicyGroup>();
  const endpoints = new Map<string, PlanEndpoint>();
  for (const workload of workloads) {
    const group = compiler.groupOf(workload);
    policyGroups.set(group.id, group);
    for (const endpoint of workload.endpoints) if (endpoint.addresses.length > 0) endpoints.set(endpoint.id, planEndpoint(endpoint, workload, { policyGroup: group.id }));
  }
  const rules = usedRules(policyGroups.values(), compiler);
  return { node: '', ownNode: [], addressGroups: usedGroups(rules.values(), groups), rules, policyGroups, endpoints };
};
