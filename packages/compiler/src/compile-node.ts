/**
 * The plan of one node: its endpoints, what governs them, and what that refers to. Nothing else.
 *
 * @module
 */
import { canonicalJson, contentId } from '@firsthop/base';
import type { Endpoint, Inventory, Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import { type AddressGroup, type AddressGroupId, type NodePlan, planDigest, type PlanEndpoint, type PlanRule, type PlanRuleId, type PolicyGroup, type PolicyGroupId, policyGroupId, policyGroupJson, type Revision } from '@firsthop/plan';
import type { PeerGroups } from './peer-groups.ts';
import type { SelectorPool } from './selector-pool.ts';
import type { StageCompiler } from './compile-stages.ts';

export interface Moment {
  readonly inventory: Inventory;
  readonly pool: SelectorPool;
  readonly groups: PeerGroups;
  readonly stages: StageCompiler;
  /** By all that a policy group is made of: siblings are compiled once, on whatever nodes they are. */
  readonly compiled: Map<string, PolicyGroup>;
  readonly revision: Omit<Revision, 'digest'>;
}

/** Where policy is enforced: this cluster's pods and machines that have a node and an address of their own. */
export const isEnforced = ({ cluster, kind, node, hostNetwork, endpoints }: Workload, own: string): boolean =>
  cluster === own && kind !== 'host' && node !== undefined && !hostNetwork && endpoints.some(({ addresses }) => addresses.length > 0);

const compilePolicyGroup = (workload: Workload, { inventory, pool, stages, compiled }: Moment): PolicyGroup => {
  const subject = { selectors: pool.selectorsOf(workload.id), ports: workload.ports, enforcement: inventory.enforcementOf(workload) };
  const key = JSON.stringify([[...subject.selectors].sort(), subject.ports.map(({ name, protocol, number }) => [name, protocol, number]), subject.enforcement]);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const content = { ingress: stages.stages(subject, 'ingress'), egress: stages.stages(subject, 'egress') };
  const group = { id: policyGroupId(contentId(canonicalJson(policyGroupJson({ id: policyGroupId(''), ...content })))), ...content };
  compiled.set(key, group);
  return group;
};

const planEndpoint = ({ id, addresses, mac, device, allowedAddresses }: Endpoint, { kind, namespace, name }: Workload, policyGroup: PolicyGroupId): PlanEndpoint => ({
  id,
  kind: kind === 'vm' ? 'vm' : 'pod',
  workload: `${namespace}/${name}`,
  addresses,
  ...(mac === undefined ? {} : { mac }),
  ...(device === undefined ? {} : { device }),
  allowedAddresses,
  policyGroup,
});

const usedRules = (groups: Iterable<PolicyGroup>, { stages }: Moment): Map<PlanRuleId, PlanRule> => {
  const rules = new Map<PlanRuleId, PlanRule>();
  for (const { ingress, egress } of groups)
    for (const stage of [...ingress, ...egress])
      for (const id of stage.kind === 'default' ? [] : stage.rules) {
        const rule = stages.rules.get(id);
        if (rule === undefined) throw new Error(`no rule ${id}`);
        rules.set(id, rule);
      }
  return rules;
};

const usedGroups = (rules: Iterable<PlanRule>, { groups }: Moment): Map<AddressGroupId, AddressGroup> => {
  const used = new Map<AddressGroupId, AddressGroup>();
  for (const { matches } of rules) for (const { peers } of matches) for (const peer of peers) if (peer.kind === 'group') used.set(peer.group, groups.group(peer.group));
  return used;
};

/** `workloads`: those that policy is enforced on here. */
export const compileNode = (node: string, workloads: readonly Workload[], moment: Moment): NodePlan => {
  const policyGroups = new Map<PolicyGroupId, PolicyGroup>();
  const endpoints = new Map<string, PlanEndpoint>();
  for (const workload of workloads) {
    const group = compilePolicyGroup(workload, moment);
    policyGroups.set(group.id, group);
    for (const endpoint of workload.endpoints) if (endpoint.addresses.length > 0) endpoints.set(endpoint.id, planEndpoint(endpoint, workload, group.id));
  }
  const rules = usedRules(policyGroups.values(), moment);
  const ownNode: readonly Address[] = endpoints.size === 0 ? [] : (moment.inventory.node(moment.inventory.cluster, node)?.addresses ?? []);
  const content = { node, ownNode, addressGroups: usedGroups(rules.values(), moment), rules, policyGroups, endpoints };
  return { ...content, revision: { ...moment.revision, digest: planDigest(content) } };
};
