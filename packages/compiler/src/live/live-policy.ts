/**
 * Rules and policy groups as nodes have them, with what they lead to.
 *
 * @module
 */
import { SetDigest } from '@firsthop/base';
import { peerLeaves, type PlanRule, type PlanRuleId, policyGroupEntry, type PolicyGroup, type PolicyGroupId, ruleEntry } from '@firsthop/plan';
import type { AddressGroups } from './address-groups.ts';
import type { LiveGroup } from './live-group.ts';

export interface LiveRule {
  readonly rule: PlanRule;
  readonly groups: readonly LiveGroup[];
  readonly digest: SetDigest;
  /** How many policy groups have it. */
  refs: number;
}

export interface LivePolicy {
  readonly group: PolicyGroup;
  readonly rules: readonly LiveRule[];
  readonly digest: SetDigest;
  /** How many workloads are under it. */
  refs: number;
}

const digestOf = (entry: readonly [key: string, content: string]): SetDigest => {
  const digest = new SetDigest();
  digest.add(...entry);
  return digest;
};

export class LivePolicies {
  readonly #groups: AddressGroups;
  readonly #rules = new Map<PlanRuleId, LiveRule>();
  readonly #policies = new Map<PolicyGroupId, LivePolicy>();
  /** Forgotten when the flush is over, because somebody may need them again before. */
  readonly #idle = new Set<LivePolicy>();

  constructor(groups: AddressGroups) {
    this.#groups = groups;
  }

  /** `rules`: all that it names. Nobody is under it yet. */
  put(group: PolicyGroup, rules: Iterable<PlanRule>): LivePolicy {
    const known = this.#policies.get(group.id);
    if (known !== undefined) return known;
    const made: LivePolicy = { group, rules: [...rules].map((rule) => this.#retainRule(rule)), digest: digestOf(policyGroupEntry(group)), refs: 0 };
    this.#policies.set(group.id, made);
    this.#idle.add(made);
    return made;
  }

  retain(policy: LivePolicy): void {
    if (policy.refs++ === 0) this.#idle.delete(policy);
  }

  release(policy: LivePolicy): void {
    if (--policy.refs === 0) this.#idle.add(policy);
  }

  /** It may be retained. */
  isKnown({ group }: LivePolicy): boolean {
    return this.#policies.has(group.id);
  }

  /** Gives those that are forgotten. */
  flushed(): readonly LivePolicy[] {
    const gone = [...this.#idle];
    for (const policy of gone) {
      this.#policies.delete(policy.group.id);
      for (const rule of policy.rules) this.#releaseRule(rule);
    }
    this.#idle.clear();
    return gone;
  }

  #retainRule(rule: PlanRule): LiveRule {
    const known = this.#rules.get(rule.id);
    if (known !== undefined) {
      known.refs++;
      return known;
    }
    const leaves = new Map(rule.matches.flatMap(({ peers }) => peers.flatMap((peer) => [...peerLeaves(peer)].flatMap((leaf) => (leaf.kind === 'group' ? [[leaf.group, leaf] as const] : [])))));
    const made: LiveRule = { rule, groups: [...leaves.values()].map((leaf) => this.#groups.retain(leaf)), digest: digestOf(ruleEntry(rule)), refs: 1 };
    this.#rules.set(rule.id, made);
    return made;
  }

  #releaseRule(rule: LiveRule): void {
    if (--rule.refs > 0) return;
    this.#rules.delete(rule.rule.id);
    for (const group of rule.groups) this.#groups.release(group);
  }
}
