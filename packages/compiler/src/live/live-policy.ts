/**
 * Rules and policy groups as nodes have them, with what they lead to.
 *
 * Most rules are in one policy group only: those a node gets and loses with it, all at once, however many they are.
 *
 * @module
 */
import { compareText, Few, SetDigest } from '@firsthop/base';
import { type AddressGroupId, peerLeaves, type PlanRule, type PlanRuleId, policyGroupEntry, type PolicyGroup, type PolicyGroupId, ruleEntry } from '@firsthop/plan';
import type { GroupPeer } from '../peer-groups.ts';
import type { Texts } from '../naming.ts';
import type { AddressGroups } from './address-groups.ts';
import type { LiveGroup } from './live-group.ts';

export interface LiveRule {
  readonly rule: PlanRule;
  readonly groups: readonly LiveGroup[];
  readonly digest: SetDigest;
  readonly policies: Few<LivePolicy>;
}

const digestOf = (entry: readonly [key: string, content: string]): SetDigest => {
  const digest = new SetDigest();
  digest.add(...entry);
  return digest;
};

const none: readonly LiveRule[] = [];

/** Rules that one has and another has not. */
export interface Beyond {
  /** The number of the other; -1: there is none. A number keeps nobody alive. */
  readonly than: number;
  readonly digest: SetDigest;
  /** In order of their ids. */
  readonly list: readonly PlanRule[];
}

export class LivePolicy {
  /** Another one for each. */
  readonly number: number;
  readonly group: PolicyGroup;
  readonly rules: readonly LiveRule[];
  /** Of all of its rules, each once. */
  readonly groups: readonly LiveGroup[];
  readonly digest: SetDigest;
  /** How many workloads are under it. */
  refs = 0;
  #beyond: Beyond | undefined;
  #own: { readonly rules: readonly LiveRule[]; readonly shared: readonly LiveRule[]; readonly digest: SetDigest } | undefined;

  /** `digest`: of the group itself. */
  constructor(number: number, group: PolicyGroup, rules: readonly LiveRule[], digest: SetDigest) {
    this.number = number;
    this.group = group;
    this.rules = rules;
    this.groups = rules.length === 1 ? (rules[0]?.groups ?? []) : [...new Set(rules.flatMap((rule) => rule.groups))];
    this.digest = digest;
  }

  /** Of its rules, those that another one does not have; `undefined`: all. The last answer is kept, because all nodes with the two ask for it. */
  beyond(other: LivePolicy | undefined): Beyond {
    const number = other?.number ?? -1;
    if (this.#beyond?.than === number) return this.#beyond;
    const rules = other === undefined ? this.rules : this.rules.filter(({ policies }) => !policies.has(other));
    const digest = new SetDigest();
    for (const rule of rules) digest.include(rule.digest);
    return (this.#beyond = { than: number, digest, list: rules.map(({ rule }) => rule).sort((a, b) => compareText(a.id, b.id)) });
  }

  /** `rules`: that no other policy group has; `shared`: all others. `digest`: of the former. */
  get own(): { readonly rules: readonly LiveRule[]; readonly shared: readonly LiveRule[]; readonly digest: SetDigest } {
    if (this.#own !== undefined) return this.#own;
    const isShared = ({ policies }: LiveRule): boolean => policies.size > 1;
    const shared = this.rules.some(isShared) ? this.rules.filter(isShared) : none;
    const rules = shared.length === 0 ? this.rules : this.rules.filter((rule) => !isShared(rule));
    const digest = new SetDigest();
    for (const rule of rules) digest.include(rule.digest);
    return (this.#own = { rules, shared, digest });
  }

  /** Some of its rules is one of another policy group too now, or is not any more. */
  sharingChanged(): void {
    this.#own = undefined;
  }
}

export class LivePolicies {
  readonly #groups: AddressGroups;
  readonly #texts: Texts;
  readonly #rules = new Map<PlanRuleId, LiveRule>();
  readonly #policies = new Map<PolicyGroupId, LivePolicy>();
  #lastNumber = 0;
  /** Forgotten when the flush is over, because somebody may need them again before. */
  readonly #idle = new Set<LivePolicy>();

  /** `texts`: of objects that were made since the last flush, by id. */
  constructor(groups: AddressGroups, texts: Texts) {
    this.#groups = groups;
    this.#texts = texts;
  }

  /** `rules`: all that it names. Nobody is under it yet. */
  put(group: PolicyGroup, rules: Iterable<PlanRule>): LivePolicy {
    const known = this.#policies.get(group.id);
    if (known !== undefined) return known;
    const made = new LivePolicy(this.#lastNumber++, group, Array.from(rules, (rule) => this.#ruleOf(rule)), digestOf(policyGroupEntry(group, this.#textOf(group.id))));
    for (const { policies } of made.rules) {
      policies.add(made);
      if (policies.size === 2) for (const policy of policies) policy.sharingChanged();
    }
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
      for (const rule of policy.rules) this.#leave(rule, policy);
    }
    this.#idle.clear();
    return gone;
  }

  /** Once: held any longer, a text costs more than to write it again. */
  #textOf(id: string): string | undefined {
    const text = this.#texts.get(id);
    this.#texts.delete(id);
    return text;
  }

  #ruleOf(rule: PlanRule): LiveRule {
    const known = this.#rules.get(rule.id);
    if (known !== undefined) return known;
    const leaves = new Map<AddressGroupId, GroupPeer>();
    for (const { peers } of rule.matches) for (const peer of peers) for (const leaf of peerLeaves(peer)) if (leaf.kind === 'group') leaves.set(leaf.group, leaf);
    const made: LiveRule = { rule, groups: Array.from(leaves.values(), (leaf) => this.#groups.retain(leaf)), digest: digestOf(ruleEntry(rule, this.#textOf(rule.id))), policies: new Few() };
    this.#rules.set(rule.id, made);
    return made;
  }

  #leave({ rule, policies, groups }: LiveRule, policy: LivePolicy): void {
    policies.delete(policy);
    if (policies.size === 1) for (const last of policies) last.sharingChanged();
    if (policies.size > 0) return;
    this.#rules.delete(rule.id);
    for (const group of groups) this.#groups.release(group);
  }
}
