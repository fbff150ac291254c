/**
 * The change that leads from one plan of a node to another.
 *
 * @module
 */
import { canonicalJson, compareText } from '@firsthop/base';
import { type Address, type Addresses, compareAddresses } from '@firsthop/netaddr';
import type { NodePlan } from './node-plan.ts';
import type { AddressGroupDelta, PlanDelta } from './plan-delta.ts';
import { endpointJson, policyGroupJson, ruleJson, sortedAddresses } from './plan-json.ts';

const missing = (from: Addresses, other: Addresses | undefined): Address[] => [...from].filter((item) => other?.has(item) !== true);
const gone = <K extends string>(from: ReadonlyMap<K, unknown>, to: ReadonlyMap<K, unknown>): K[] => [...from.keys()].filter((id) => !to.has(id)).sort(compareText);

const changed = <K extends string, V extends { readonly id: K }>(from: ReadonlyMap<K, V>, to: ReadonlyMap<K, V>, json: (value: V) => unknown): V[] =>
  [...to.values()]
    .filter((now) => {
      const was = from.get(now.id);
      return was !== now && (was === undefined || canonicalJson(json(was)) !== canonicalJson(json(now)));
    })
    .sort((a, b) => compareText(a.id, b.id));

const groupChanges = (from: NodePlan, to: NodePlan): AddressGroupDelta[] => {
  const changes: AddressGroupDelta[] = [];
  for (const { id, members } of to.addressGroups.values()) {
    const was = from.addressGroups.get(id);
    if (was?.members === members) continue;
    const added = missing(members, was?.members).sort(compareAddresses);
    const removed = was === undefined ? [] : missing(was.members, members).sort(compareAddresses);
    if (was === undefined || added.length + removed.length > 0) changes.push({ id, added, removed });
  }
  return changes.sort((a, b) => compareText(a.id, b.id));
};

export const diffPlans = (from: NodePlan, to: NodePlan): PlanDelta => ({
  node: to.node,
  base: from.revision.digest,
  revision: to.revision,
  ...(canonicalJson(sortedAddresses(from.ownNode)) === canonicalJson(sortedAddresses(to.ownNode)) ? {} : { ownNode: to.ownNode }),
  addressGroups: groupChanges(from, to),
  rules: changed(from.rules, to.rules, ruleJson),
  policyGroups: changed(from.policyGroups, to.policyGroups, policyGroupJson),
  endpoints: changed(from.endpoints, to.endpoints, endpointJson),
  removedEndpoints: gone(from.endpoints, to.endpoints),
  removedPolicyGroups: gone(from.policyGroups, to.policyGroups),
  removedRules: gone(from.rules, to.rules),
  removedGroups: gone(from.addressGroups, to.addressGroups),
});
