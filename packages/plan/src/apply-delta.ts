/**
 * A plan and a change of it give the next plan, or nothing at all.
 *
 * The digest is carried along with the change and compared with the one that the delta promises: what comes out is the
 * plan that the manager meant, byte for byte, or an error and the old plan. Groups that did not change are shared.
 *
 * @module
 */
import { fail, ok, type Result, SetDigest } from '@firsthop/base';
import { type Address, type Addresses, AddressSet } from '@firsthop/netaddr';
import { danglingReference } from './dangling.ts';
import type { AddressGroup, AddressGroupId, NodePlan } from './node-plan.ts';
import type { AddressGroupDelta, PlanDelta } from './plan-delta.ts';
import { type DigestEntry, endpointEntry, groupEntry, memberEntry, ownNodeEntry, policyGroupEntry, ruleEntry } from './plan-digest.ts';
import type { PlanError } from './plan-error.ts';

/** Nothing but members of known groups, or the own node: no reference can have broken. */
const isStructural = (delta: PlanDelta): boolean =>
  [delta.rules, delta.policyGroups, delta.endpoints, delta.removedEndpoints, delta.removedPolicyGroups, delta.removedRules, delta.removedGroups].some((list) => list.length > 0);

export const applyDelta = (plan: NodePlan, delta: PlanDelta): Result<NodePlan, PlanError> => {
  if (delta.node !== plan.node) return fail({ code: 'BASE', message: `a change for node ${delta.node} is no change of the plan of ${plan.node}` });
  const digest = delta.base === plan.revision.digest ? SetDigest.resume(delta.base) : undefined;
  if (digest === undefined) return fail({ code: 'BASE', message: `the change is one of ${delta.base.slice(0, 16)}, the plan is ${plan.revision.digest.slice(0, 16)}` });
  const next: NodePlan = {
    node: plan.node,
    revision: delta.revision,
    ownNode: replaceOwnNode(plan.ownNode, delta.ownNode, digest),
    addressGroups: changeGroups(plan.addressGroups, delta, digest),
    rules: change({ of: plan.rules, put: delta.rules, remove: delta.removedRules, entry: ruleEntry, digest }),
    policyGroups: change({ of: plan.policyGroups, put: delta.policyGroups, remove: delta.removedPolicyGroups, entry: policyGroupEntry, digest }),
    endpoints: change({ of: plan.endpoints, put: delta.endpoints, remove: delta.removedEndpoints, entry: endpointEntry, digest }),
  };
  if (digest.toString() !== delta.revision.digest) return fail({ code: 'DIGEST', message: 'the changed plan is not the one that the change promises' });
  const hole = isStructural(delta) ? danglingReference(next) : undefined;
  return hole === undefined ? ok(next) : fail({ code: 'DANGLING', message: hole });
};

const replaceOwnNode = (was: readonly Address[], now: readonly Address[] | undefined, digest: SetDigest): readonly Address[] => {
  if (now === undefined) return was;
  digest.remove(...ownNodeEntry(was));
  digest.add(...ownNodeEntry(now));
  return now;
};

interface MapChange<K, V extends { readonly id: K }> {
  readonly of: ReadonlyMap<K, V>;
  readonly put: readonly V[];
  readonly remove: readonly K[];
  readonly entry: (value: V) => DigestEntry;
  readonly digest: SetDigest;
}

const change = <K, V extends { readonly id: K }>({ of, put, remove, entry, digest }: MapChange<K, V>): ReadonlyMap<K, V> => {
  if (put.length === 0 && remove.length === 0) return of;
  const map = new Map(of);
  for (const id of [...remove, ...put.map((value) => value.id)]) {
    const was = map.get(id);
    if (was !== undefined && map.delete(id)) digest.remove(...entry(was));
  }
  for (const value of put) {
    map.set(value.id, value);
    digest.add(...entry(value));
  }
  return map;
};

const changeGroups = (of: NodePlan['addressGroups'], delta: PlanDelta, digest: SetDigest): NodePlan['addressGroups'] => {
  if (delta.addressGroups.length === 0 && delta.removedGroups.length === 0) return of;
  const map = new Map(of);
  for (const id of delta.removedGroups) {
    const was = map.get(id);
    if (was === undefined || !map.delete(id)) continue;
    digest.remove(...groupEntry(id));
    for (const member of was.members) digest.remove(...memberEntry(id, member));
  }
  for (const group of delta.addressGroups) map.set(group.id, changeGroup(map.get(group.id), group, digest));
  return map;
};

const changeGroup = (was: AddressGroup | undefined, { id, added, removed }: AddressGroupDelta, digest: SetDigest): { readonly id: AddressGroupId; readonly members: Addresses } => {
  if (was === undefined) digest.add(...groupEntry(id));
  const members = AddressSet.of(was?.members ?? []);
  const gone = new Set(removed.filter((member) => members.has(member)));
  const come = new Set(added.filter((member) => !members.has(member) || gone.has(member)));
  for (const member of gone) digest.remove(...memberEntry(id, member));
  for (const member of come) digest.add(...memberEntry(id, member));
  return { id, members: members.changed(gone, come) };
};
