/**
 * Plans and deltas to JSON values and back. Encoding is canonical; decoding trusts nothing: shape, bounds, the digest
 * of a whole plan, and its references.
 *
 * @module
 */
import { compareText, fail, ok, type Result } from '@firsthop/base';
import type { Address } from '@firsthop/netaddr';
import { z } from 'zod';
import { danglingReference } from './dangling.ts';
import type { AddressGroup, NodePlan } from './node-plan.ts';
import type { AddressGroupDelta, PlanDelta } from './plan-delta.ts';
import { planDigest } from './plan-digest.ts';
import type { PlanError } from './plan-error.ts';
import { endpointJson, policyGroupJson, revisionJson, ruleJson, sortedAddresses } from './plan-json.ts';
import {
  addressGroupIdSchema,
  addressSchema,
  addressSetSchema,
  digestSchema,
  endpointSchema,
  nameSchema,
  planBounds,
  planRuleIdSchema,
  policyGroupIdSchema,
  policyGroupSchema,
  revisionSchema,
  ruleSchema,
} from './plan-schema.ts';

const byId = <V extends { readonly id: string }>(values: Iterable<V>): V[] => [...values].sort((a, b) => compareText(a.id, b.id));
const sorted = (ids: readonly string[]): string[] => [...ids].sort(compareText);

export const encodePlan = (plan: NodePlan): unknown => ({
  node: plan.node,
  revision: revisionJson(plan.revision),
  ownNode: sortedAddresses(plan.ownNode),
  addressGroups: byId(plan.addressGroups.values()).map(({ id, members }) => ({ id, members: sortedAddresses(members) })),
  rules: byId(plan.rules.values()).map(ruleJson),
  policyGroups: byId(plan.policyGroups.values()).map(policyGroupJson),
  endpoints: byId(plan.endpoints.values()).map(endpointJson),
});

export const encodeDelta = (delta: PlanDelta): unknown => ({
  node: delta.node,
  base: delta.base,
  revision: revisionJson(delta.revision),
  ...(delta.ownNode === undefined ? {} : { ownNode: sortedAddresses(delta.ownNode) }),
  addressGroups: byId(delta.addressGroups).map(({ id, added, removed }) => ({ id, added: sortedAddresses(added), removed: sortedAddresses(removed) })),
  rules: byId(delta.rules).map(ruleJson),
  policyGroups: byId(delta.policyGroups).map(policyGroupJson),
  endpoints: byId(delta.endpoints).map(endpointJson),
  removedEndpoints: sorted(delta.removedEndpoints),
  removedPolicyGroups: sorted(delta.removedPolicyGroups),
  removedRules: sorted(delta.removedRules),
  removedGroups: sorted(delta.removedGroups),
});

const listOf = <T>(item: z.ZodType<T>): z.ZodType<T[]> => z.array(item).max(planBounds.objects);
const addresses = (max: number): z.ZodType<Address[]> => z.array(addressSchema).max(max);
/** Objects by their id; two with one id are refused, not merged. */
const mapOf = <V extends { readonly id: string }>(item: z.ZodType<V>): z.ZodType<ReadonlyMap<V['id'], V>> =>
  listOf(item)
    .transform((list) => ({ map: new Map(list.map((value): [V['id'], V] => [value.id, value])), size: list.length }))
    .refine(({ map, size }) => map.size === size, 'two objects have one id')
    .transform(({ map }) => map);

const group: z.ZodType<AddressGroup> = z.strictObject({ id: addressGroupIdSchema, members: addressSetSchema(planBounds.members) });

const planSchema: z.ZodType<NodePlan> = z.strictObject({
  node: nameSchema,
  revision: revisionSchema,
  ownNode: addresses(planBounds.nodeAddresses),
  addressGroups: mapOf(group),
  rules: mapOf(ruleSchema),
  policyGroups: mapOf(policyGroupSchema),
  endpoints: mapOf(endpointSchema),
});

const groupDelta: z.ZodType<AddressGroupDelta> = z.strictObject({ id: addressGroupIdSchema, added: addresses(planBounds.members), removed: addresses(planBounds.members) });

const deltaSchema: z.ZodType<PlanDelta> = z.strictObject({
  node: nameSchema,
  base: digestSchema,
  revision: revisionSchema,
  ownNode: z.exactOptional(addresses(planBounds.nodeAddresses)),
  addressGroups: listOf(groupDelta),
  rules: listOf(ruleSchema),
  policyGroups: listOf(policyGroupSchema),
  endpoints: listOf(endpointSchema),
  removedEndpoints: listOf(nameSchema),
  removedPolicyGroups: listOf(policyGroupIdSchema),
  removedRules: listOf(planRuleIdSchema),
  removedGroups: listOf(addressGroupIdSchema),
});

const malformed = (what: string, error: z.ZodError): PlanError => {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map(String).join('.').slice(0, 200);
  return { code: 'MALFORMED', message: `${what}${path === '' ? '' : ` at ${path}`}: ${(issue?.message ?? 'invalid').slice(0, 200)}` };
};

/** `groups`: its address groups, where they came otherwise; the value then has none. */
export const decodePlan = (value: unknown, groups?: NodePlan['addressGroups']): Result<NodePlan, PlanError> => {
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) return fail(malformed('plan', parsed.error));
  const plan = groups === undefined ? parsed.data : { ...parsed.data, addressGroups: groups };
  if (planDigest(plan) !== plan.revision.digest) return fail({ code: 'DIGEST', message: 'the plan is not the one that its revision names' });
  const hole = danglingReference(plan);
  return hole === undefined ? ok(plan) : fail({ code: 'DANGLING', message: hole });
};

/** References and digest of a delta can only be judged with its base: `applyDelta` does. */
export const decodeDelta = (value: unknown, groups?: PlanDelta['addressGroups']): Result<PlanDelta, PlanError> => {
  const parsed = deltaSchema.safeParse(value);
  if (!parsed.success) return fail(malformed('delta', parsed.error));
  return ok(groups === undefined ? parsed.data : { ...parsed.data, addressGroups: groups });
};
