/**
 * The name of a plan's content, in O(1) per object that comes or goes: manager and agent keep it without holding the
 * plan still. Members of a group count one by one, so that a change of one address is a change of one entry.
 *
 * @module
 */
import { SetDigest } from '@firsthop/base';
import { type Address, formatAddress } from '@firsthop/netaddr';
import type { AddressGroupId, NodePlan, PlanEndpoint, PlanRule, PolicyGroup } from './node-plan.ts';
import { addressesText, endpointText, policyGroupText, ruleText } from './object-text.ts';

/** Key and content, as `SetDigest` takes them. */
export type DigestEntry = readonly [key: string, content: string];

export const nodeEntry = (node: string): DigestEntry => ['node', node];
export const ownNodeEntry = (addresses: Iterable<Address>): DigestEntry => ['own', addressesText(addresses)];
export const groupEntry = (id: AddressGroupId): DigestEntry => [`group/${id}`, ''];
export const memberEntry = (id: AddressGroupId, member: Address): DigestEntry => [`member/${id}`, formatAddress(member)];
/** `text`: the rule's, where it is known. */
export const ruleEntry = (rule: PlanRule, text: string = ruleText(rule)): DigestEntry => [`rule/${rule.id}`, text];
export const policyGroupEntry = (group: PolicyGroup, text: string = policyGroupText(group)): DigestEntry => [`policy/${group.id}`, text];
export const endpointEntry = (endpoint: PlanEndpoint): DigestEntry => [`endpoint/${endpoint.id}`, endpointText(endpoint)];

function* entriesOf(plan: Omit<NodePlan, 'revision'>): Generator<DigestEntry> {
  yield nodeEntry(plan.node);
  yield ownNodeEntry(plan.ownNode);
  for (const { id, members } of plan.addressGroups.values()) {
    yield groupEntry(id);
    for (const member of members) yield memberEntry(id, member);
  }
  for (const rule of plan.rules.values()) yield ruleEntry(rule);
  for (const group of plan.policyGroups.values()) yield policyGroupEntry(group);
  for (const endpoint of plan.endpoints.values()) yield endpointEntry(endpoint);
}

/** From scratch. The revision's own digest is not looked at. */
export const planDigest = (plan: Omit<NodePlan, 'revision'>): string => {
  const digest = new SetDigest();
  for (const [key, content] of entriesOf(plan)) digest.add(key, content);
  return digest.toString();
};
