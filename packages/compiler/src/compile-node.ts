/**
 * A plan: its endpoints, what governs them, and what that refers to. Nothing else.
 *
 * @module
 */
import type { Endpoint, Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import { type AddressGroup, type AddressGroupId, type NodePlan, peerLeaves, type PlanEndpoint, type PlanRule, type PlanRuleId, type PolicyGroup, type PolicyGroupId } from '@firsthop/plan';
import type { GroupCompiler } from './group-compiler.ts';
import type { PeerGroups } from './peer-groups.ts';

export interface Moment {
  readonly compiler: GroupCompiler;
  /** As if all that is on trial were in force. Undefined: nothing is. */
  readonly trial?: GroupCompiler;
  readonly groups: PeerGroups;
}

/** Where agents enforce policy: this cluster's pods and machines that have a node and an address of their own. */
export const isEnforced = ({ cluster, kind, node, hostNetwork, endpoints }: Workload, own: string): boolean =>
  cluster === own && kind !== 'host' && node !== undefined && !hostNetwork && endpoints.some(({ addresses }) => addresses.length > 0);

const planEndpoint = ({ id, addresses, mac, device, allowedAddresses, allowedMacs }: Endpoint, { kind, namespace, name }: Workload, { policyGroup, trialGroup }: Pick<PlanEndpoint, 'policyGroup' | 'trialGroup'>): PlanEndpoint => ({
  id,
  kind,
  workload: `${namespace}/${name}`,
  addresses,
  ...(mac === undefined ? {} : { mac }),
  ...(device === undefined ? {} : { device }),
  allowedAddresses,
  ...(allowedMacs === undefined ? {} : { allowedMacs }),
  policyGroup,
  ...(trialGroup === undefined || trialGroup === policyGroup ? {} : { trialGroup }),
});

const usedRules = (groups: Iterable<PolicyGroup>, { compiler, trial }: Moment): Map<PlanRuleId, PlanRule> => {
  const rules = new Map<PlanRuleId, PlanRule>();
  for (const { ingress, egress } of groups)
    for (const stage of [...ingress, ...egress])
      for (const id of stage.kind === 'default' ? [] : stage.rules) {
        const rule = compiler.rules.get(id) ?? trial?.rules.get(id);
        if (rule === undefined) throw new Error(`no rule ${id}`);
        rules.set(id, rule);
      }
  return rules;
};

const usedGroups = (rules: Iterable<PlanRule>, { groups }: Moment): Map<AddressGroupId, AddressGroup> => {
  const used = new Map<AddressGroupId, AddressGroup>();
  for (const { matches } of rules)
    for (const { peers } of matches) for (const peer of peers) for (const leaf of peerLeaves(peer)) if (leaf.kind === 'group' && !used.has(leaf.group)) used.set(leaf.group, groups.groupOf(leaf));
  return used;
};

/** `workloads`: those that policy is enforced on here. */
export const compileNode = (node: string, workloads: readonly Workload[], ownAddresses: readonly Address[], moment: Moment): Omit<NodePlan, 'revision'> => {
  const policyGroups = new Map<PolicyGroupId, PolicyGroup>();
  const endpoints = new Map<string, PlanEndpoint>();
  for (const workload of workloads) {
    const group = moment.compiler.groupOf(workload);
    const onTrial = moment.trial?.groupOf(workload) ?? group;
    for (const one of [group, onTrial]) policyGroups.set(one.id, one);
    for (const endpoint of workload.endpoints) if (endpoint.addresses.length > 0) endpoints.set(endpoint.id, planEndpoint(endpoint, workload, { policyGroup: group.id, trialGroup: onTrial.id }));
  }
  const rules = usedRules(policyGroups.values(), moment);
  return { node, ownNode: endpoints.size === 0 ? [] : ownAddresses, addressGroups: usedGroups(rules.values(), moment), rules, policyGroups, endpoints };
};
