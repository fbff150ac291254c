/**
 * Policies of one tier with the same priority: legal, decided by name, and worth a warning, since few people mean it.
 *
 * @module
 */
import { decides } from './moment.ts';
import { comparePolicies } from './policy-order.ts';
import { type Policy, policyKey, type PolicyRef, type TieredPolicy } from './policy.ts';

export interface PolicyTie {
  readonly tier: string;
  readonly priority: number;
  /** Two or more, in order of evaluation. */
  readonly policies: readonly PolicyRef[];
}

/** Namespaced policies of two namespaces never meet; those of one do, and cluster-scoped ones meet everybody. */
const meetsAnother = ({ ref }: TieredPolicy, group: readonly TieredPolicy[]): boolean =>
  group.some((other) => policyKey(other.ref) !== policyKey(ref) && (other.ref.namespace === undefined || ref.namespace === undefined || other.ref.namespace === ref.namespace));

/** Of those that decide something: a staged or monitoring policy stands in nobody's way. */
export const policyTies = (policies: readonly Policy[]): PolicyTie[] => {
  const groups = new Map<string, TieredPolicy[]>();
  for (const policy of policies) {
    if (policy.form !== 'tiered' || !decides(policy)) continue;
    const key = `${policy.tier} ${policy.priority}`;
    groups.set(key, [...(groups.get(key) ?? []), policy]);
  }
  return [...groups.values()].flatMap((group) => {
    const tied = group.filter((policy) => meetsAnother(policy, group)).sort(comparePolicies);
    const [first] = tied;
    return first === undefined ? [] : [{ tier: first.tier, priority: first.priority, policies: tied.map(({ ref }) => ref) }];
  });
};
