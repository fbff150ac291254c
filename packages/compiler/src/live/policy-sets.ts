/**
 * What a node has because of its policy groups, put together once for all nodes that have the same ones.
 *
 * Ten thousand rules on a thousand nodes are one list of ten thousand, not ten million entries; and whoever writes plans finds the same list
 * under the same object.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { AddressGroup, AddressGroupId, PlanRule, PlanRuleId, PolicyGroup, PolicyGroupId } from '@firsthop/plan';
import type { LiveGroup } from './live-group.ts';
import type { LivePolicy } from './live-policy.ts';

const byId = <T extends { readonly id: string }>(list: Iterable<T>): readonly T[] => [...list].sort((a, b) => compareText(a.id, b.id));

/** The same things as changes list them and as plans have them, both in order of their ids. */
export interface Listed<K, T> {
  readonly list: readonly T[];
  readonly map: ReadonlyMap<K, T>;
}

const listed = <K extends string, T extends { readonly id: K }>(things: Iterable<T>): Listed<K, T> => {
  const list = byId(things);
  const map = new Map<K, T>();
  for (const one of list) map.set(one.id, one);
  return { list, map };
};

export class PolicySet {
  readonly key: string;
  readonly #policies: readonly LivePolicy[];
  readonly #groups: readonly LiveGroup[];
  /** How many nodes have it. */
  refs = 0;
  #rules: Listed<PlanRuleId, PlanRule> | undefined;
  #policyGroups: Listed<PolicyGroupId, PolicyGroup> | undefined;
  #addressGroups: ReadonlyMap<AddressGroupId, AddressGroup> | undefined;

  constructor(key: string, policies: readonly LivePolicy[]) {
    this.key = key;
    this.#policies = policies;
    this.#groups = byId(new Set(policies.flatMap(({ groups }) => groups)));
  }

  get rules(): Listed<PlanRuleId, PlanRule> {
    if (this.#rules !== undefined) return this.#rules;
    const made = listed<PlanRuleId, PlanRule>(new Set(this.#policies.flatMap(({ rules }) => rules.map(({ rule }) => rule))));
    if (this.#isShared) this.#rules = made;
    return made;
  }

  get policyGroups(): Listed<PolicyGroupId, PolicyGroup> {
    if (this.#policyGroups !== undefined) return this.#policyGroups;
    const made = listed<PolicyGroupId, PolicyGroup>(this.#policies.map(({ group }) => group));
    if (this.#isShared) this.#policyGroups = made;
    return made;
  }

  /** With their members of this moment; the same map as long as those are the same. */
  get addressGroups(): ReadonlyMap<AddressGroupId, AddressGroup> {
    const known = this.#addressGroups;
    if (known !== undefined && this.#groups.every((group) => known.get(group.id) === group.frozen())) return known;
    const made = new Map(this.#groups.map((group) => [group.id, group.frozen()]));
    if (this.#isShared) this.#addressGroups = made;
    return made;
  }

  /** What one node alone has is put together whenever that one needs it: kept, it would take more than all else that is known of the node. */
  get #isShared(): boolean {
    return this.refs > 1;
  }
}

export class PolicySets {
  readonly #sets = new Map<string, PolicySet>();

  /** To be released as often. */
  retain(policies: Iterable<LivePolicy>): PolicySet {
    const sorted = [...policies].sort((a, b) => a.number - b.number);
    const key = sorted.map(({ number }) => number).join(' ');
    const set = this.#sets.get(key) ?? new PolicySet(key, sorted);
    this.#sets.set(key, set);
    set.refs++;
    return set;
  }

  release(set: PolicySet): void {
    if (--set.refs === 0) this.#sets.delete(set.key);
  }
}
