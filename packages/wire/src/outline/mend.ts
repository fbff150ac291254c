/**
 * What makes one plan of another that is known by its outline alone: all that is counted in the buckets that differ. What its reader has there and finds
 * no word of, is gone.
 *
 * @module
 */
import { type AddressGroupDelta, endpointText, type NodePlan, type PlanDelta, policyGroupText, ruleText } from '@firsthop/plan';
import { type BucketSet, type CountedKind, hashMember, hashName } from './buckets.ts';
import { differing, outlineOf, type Sums } from './outline.ts';

export interface Mend {
  readonly buckets: BucketSet;
  /** All that is in these buckets, as if nothing of it were there: it removes nothing. Its base is the plan of the outline. */
  readonly put: PlanDelta;
}

type Counted = { readonly id: string };
const within = <T extends Counted>(buckets: BucketSet, kind: CountedKind, of: Iterable<T>): T[] => [...of].filter(({ id }) => buckets.holds(hashName(kind, id)));

/** `base`: the digest of the plan that has these sums. */
export const mendOf = (plan: NodePlan, base: string, sums: Sums): Mend => {
  const buckets = differing(outlineOf(plan, sums.length), sums);
  const addressGroups: AddressGroupDelta[] = [];
  for (const { id, members } of plan.addressGroups.values()) {
    const group = hashName('group', id);
    const added = [...members].filter((member) => buckets.holds(hashMember(group, member)));
    if (added.length > 0 || buckets.holds(group)) addressGroups.push({ id, added, removed: [] });
  }
  return {
    buckets,
    put: {
      node: plan.node,
      base,
      revision: plan.revision,
      ownNode: plan.ownNode,
      addressGroups,
      rules: within(buckets, 'rule', plan.rules.values()),
      policyGroups: within(buckets, 'policy', plan.policyGroups.values()),
      endpoints: within(buckets, 'endpoint', plan.endpoints.values()),
      removedEndpoints: [],
      removedPolicyGroups: [],
      removedRules: [],
      removedGroups: [],
    },
  };
};

/** What comes that is not there yet, and who goes of whom there is no word. */
const changed = <K extends string, V extends { readonly id: K }>(held: ReadonlyMap<K, V>, put: readonly V[], { buckets, kind, text }: { readonly buckets: BucketSet; readonly kind: CountedKind; readonly text: (one: V) => string }): { readonly put: V[]; readonly gone: K[] } => {
  const told = new Set(put.map(({ id }) => id));
  const isOther = (now: V): boolean => {
    const was = held.get(now.id);
    return was === undefined || text(was) !== text(now);
  };
  return { put: put.filter(isOther), gone: [...held.keys()].filter((id) => !told.has(id) && buckets.holds(hashName(kind, id))) };
};

const groupChanges = (plan: NodePlan, { buckets, put }: Mend): Pick<PlanDelta, 'addressGroups' | 'removedGroups'> => {
  const told = new Map(put.addressGroups.map(({ id, added }) => [id, new Set(added)]));
  const removedGroups = [...plan.addressGroups.keys()].filter((id) => !told.has(id) && buckets.holds(hashName('group', id)));
  const isGone = new Set(removedGroups);
  const addressGroups: AddressGroupDelta[] = put.addressGroups.filter(({ id }) => !plan.addressGroups.has(id));
  for (const { id, members } of plan.addressGroups.values()) {
    if (isGone.has(id)) continue;
    const group = hashName('group', id);
    const now = told.get(id);
    const added = [...(now ?? [])].filter((member) => !members.has(member));
    const removed = [...members].filter((member) => now?.has(member) !== true && buckets.holds(hashMember(group, member)));
    if (added.length + removed.length > 0) addressGroups.push({ id, added, removed });
  }
  return { addressGroups, removedGroups };
};

/** The change that it is of the plan whose outline was told. */
export const changeOf = (plan: NodePlan, mend: Mend): PlanDelta => {
  const { buckets, put } = mend;
  const rules = changed(plan.rules, put.rules, { buckets, kind: 'rule', text: ruleText });
  const policies = changed(plan.policyGroups, put.policyGroups, { buckets, kind: 'policy', text: policyGroupText });
  const endpoints = changed(plan.endpoints, put.endpoints, { buckets, kind: 'endpoint', text: endpointText });
  return { ...put, ...groupChanges(plan, mend), rules: rules.put, policyGroups: policies.put, endpoints: endpoints.put, removedRules: rules.gone, removedPolicyGroups: policies.gone, removedEndpoints: endpoints.gone };
};
