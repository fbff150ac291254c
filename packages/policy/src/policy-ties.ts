/**
 * Policies of one tier with the same priority: legal, decided by name, and worth a warning, since few people mean it.
 *
 * @module
 */
import { decides } from './moment.ts';
import { comparePolicies } from './policy-order.ts';
import type { Policy, PolicyRef, TieredPolicy } from './policy.ts';

export interface PolicyTie {
  readonly tier: string;
  readonly priority: number;
  /** Two or more, in order of evaluation. */
  readonly policies: readonly PolicyRef[];
}

const byKey = <T>(list: readonly T[], keyOf: (one: T) => string | undefined): Map<string | undefined, T[]> => {
  const groups = new Map<string | undefined, T[]>();
  for (const one of list) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
};

/** Namespaced policies of two namespaces never meet; those of one do, and cluster-scoped ones meet everybody. */
const tiedIn = (group: readonly TieredPolicy[]): readonly TieredPolicy[] => {
  if (group.length < 2) return [];
  const homes = byKey(group, ({ ref }) => ref.namespace);
  if (homes.has(undefined)) return group;
  return [...homes.values()].filter(({ length }) => length > 1).flat();
};

/** Of those that decide something: a staged or monitoring policy stands in nobody's way. No policy is there twice. */
export const policyTies = (policies: readonly Policy[]): PolicyTie[] => {
  const deciding = policies.filter((policy) => policy.form === 'tiered' && decides(policy)) as readonly TieredPolicy[];
  return [...byKey(deciding, ({ tier, priority }) => `${tier} ${priority}`).values()].flatMap((group) => {
    const tied = [...tiedIn(group)].sort(comparePolicies);
    const [first] = tied;
    return first === undefined ? [] : [{ tier: first.tier, priority: first.priority, policies: tied.map(({ ref }) => ref) }];
  });
};
