/**
 * What was done to the policies and tiers of one view to get those of another.
 *
 * @module
 */
import type { Change } from '@firsthop/compiler';
import { type Policy, policyKey, type View } from '@firsthop/policy';
import { isSamePolicy } from './same-objects.ts';

export interface PolicyEdit {
  /** Of policies that are there in one view only, or not the same in both. */
  readonly keys: ReadonlySet<string>;
  /** In both, under the objects of the first view. */
  readonly kept: readonly Policy[];
  readonly hasTiers: boolean;
  /** What makes the one of the other. */
  readonly toBefore: readonly Change[];
  readonly toAfter: readonly Change[];
}

const byKey = ({ policies }: View): ReadonlyMap<string, Policy> => new Map(policies.map((policy) => [policyKey(policy.ref), policy]));

const changesTo = (keys: ReadonlySet<string>, policies: ReadonlyMap<string, Policy>, tierNames: ReadonlySet<string>, tiers: View['tiers']): Change[] => [
  ...[...tierNames].map((name): Change => ({ of: 'tier', name, now: tiers.find((tier) => tier.name === name) })),
  ...[...keys].map((key): Change => ({ of: 'policy', key, now: policies.get(key) })),
];

export const editOf = (before: View, after: View): PolicyEdit => {
  const [was, is] = [byKey(before), byKey(after)];
  const keys = new Set([...is.keys()].filter((key) => !was.has(key)));
  const kept: Policy[] = [];
  for (const [key, policy] of was) {
    const now = is.get(key);
    if (now !== undefined && isSamePolicy(policy, now)) kept.push(policy);
    else keys.add(key);
  }
  const hasTiers = JSON.stringify(before.tiers) !== JSON.stringify(after.tiers);
  const tierNames = new Set(hasTiers ? [...before.tiers, ...after.tiers].map(({ name }) => name) : []);
  return { keys, kept, hasTiers, toBefore: changesTo(keys, was, tierNames, before.tiers), toAfter: changesTo(keys, is, tierNames, after.tiers) };
};
