/**
 * What one node has: its endpoints, what governs them, and all that this refers to, each counted by who needs it; and what of it is other than at
 * the last flush.
 *
 * @module
 */
import { compareText, SetDigest } from '@firsthop/base';
import type { Address } from '@firsthop/netaddr';
import { type AddressGroupDelta, emptyPlan, endpointEntry, nodeEntry, type NodePlan, ownNodeEntry, type PlanDelta, type PlanEndpoint, type PlanRule, type Revision } from '@firsthop/plan';
import type { Holder, LiveGroup } from './live-group.ts';
import { Needed } from './needed.ts';
import type { LivePolicy, LiveRule } from './live-policy.ts';
import type { PolicySet, PolicySets } from './policy-sets.ts';

const equalAddresses = (a: readonly Address[], b: readonly Address[]): boolean => a.length === b.length && ownNodeEntry(a)[1] === ownNodeEntry(b)[1];
const byId = <T extends { readonly id: string }>(list: T[]): T[] => (list.length < 2 ? list : list.sort((a, b) => compareText(a.id, b.id)));

export class NodeContents implements Holder {
  readonly node: string;
  readonly #digest = new SetDigest();
  readonly #endpoints = new Map<string, PlanEndpoint>();
  readonly #policies = new Needed<LivePolicy>();
  readonly #groups = new Needed<LiveGroup>();
  #own: readonly Address[] = [];
  /** As they were at the last flush, of those that are others. */
  readonly #endpointsBefore = new Map<string, PlanEndpoint | undefined>();
  #ownBefore: readonly Address[] | undefined;
  readonly #changedGroups = new Set<LiveGroup>();
  #base: string;
  readonly #sets: PolicySets;
  /** Undefined: its policies are others than when it was last asked for. */
  #set: PolicySet | undefined;
  readonly #onTouched: (node: NodeContents) => void;

  /** `onTouched`: something may be other than at the last flush. */
  constructor(node: string, sets: PolicySets, onTouched: (node: NodeContents) => void) {
    this.node = node;
    this.#sets = sets;
    this.#onTouched = onTouched;
    this.#digest.add(...nodeEntry(node));
    this.#digest.add(...ownNodeEntry(this.#own));
    this.#base = emptyPlan(node).revision.digest;
  }

  get isEmpty(): boolean {
    return this.#endpoints.size === 0;
  }

  put(endpoint: PlanEndpoint): void {
    this.#replace(endpoint.id, endpoint);
  }

  delete(endpoint: string): void {
    this.#replace(endpoint, undefined);
  }

  setOwn(addresses: readonly Address[]): void {
    if (equalAddresses(this.#own, addresses)) return;
    this.#ownBefore ??= this.#own;
    this.#digest.remove(...ownNodeEntry(this.#own));
    this.#digest.add(...ownNodeEntry(addresses));
    this.#own = addresses;
    this.#onTouched(this);
  }

  retain(policy: LivePolicy): void {
    if (!this.#policies.retain(policy)) return;
    this.#forgetSet();
    this.#digest.include(policy.digest);
    for (const digest of this.#rulesBeyond(policy)) this.#digest.include(digest);
    for (const group of policy.groups) {
      if (!this.#groups.retain(group)) continue;
      group.holders.add(this);
      this.#digest.include(group.digest);
    }
    this.#onTouched(this);
  }

  release(policy: LivePolicy): void {
    if (!this.#policies.release(policy)) return;
    this.#forgetSet();
    this.#digest.exclude(policy.digest);
    for (const digest of this.#rulesBeyond(policy)) this.#digest.exclude(digest);
    for (const group of policy.groups) {
      if (!this.#groups.release(group)) continue;
      group.holders.delete(this);
      this.#digest.exclude(group.digest);
    }
    this.#onTouched(this);
  }

  groupChanged(group: LiveGroup, by: SetDigest): void {
    this.#digest.include(by);
    this.#changedGroups.add(group);
    this.#onTouched(this);
  }

  /** Undefined: it is all the same. */
  flush(revision: Omit<Revision, 'digest'>): PlanDelta | undefined {
    const digest = this.#digest.toString();
    const base = this.#base;
    const delta = digest === base ? undefined : this.#delta({ ...revision, digest }, base);
    this.#base = digest;
    this.#endpointsBefore.clear();
    this.#ownBefore = undefined;
    this.#changedGroups.clear();
    this.#policies.flushed();
    this.#groups.flushed();
    return delta;
  }

  /** As of the last flush; to be asked for before anything else changes. */
  plan(revision: Omit<Revision, 'digest'>): NodePlan {
    const { rules, policyGroups, addressGroups } = this.#policySet();
    return { node: this.node, revision: { ...revision, digest: this.#base }, ownNode: this.#own, addressGroups, rules: rules.map, policyGroups: policyGroups.map, endpoints: new Map(this.#endpoints) };
  }

  #replace(id: string, now: PlanEndpoint | undefined): void {
    const was = this.#endpoints.get(id);
    if (was === now) return;
    if (!this.#endpointsBefore.has(id)) this.#endpointsBefore.set(id, was);
    if (was !== undefined) this.#digest.remove(...endpointEntry(was));
    if (now === undefined) this.#endpoints.delete(id);
    else {
      this.#endpoints.set(id, now);
      this.#digest.add(...endpointEntry(now));
    }
    this.#onTouched(this);
  }

  #policySet(): PolicySet {
    return (this.#set ??= this.#sets.retain(this.#policies.counts.keys()));
  }

  #forgetSet(): void {
    if (this.#set !== undefined) this.#sets.release(this.#set);
    this.#set = undefined;
  }

  /** Digests of its rules that no other policy group here has. With at most one other, all nodes with the same two share the answer. */
  #rulesBeyond(policy: LivePolicy): readonly SetDigest[] {
    const others = this.#policies.others(policy, 2);
    if (others.length < 2) return [policy.beyond(others[0]).digest];
    const { shared, digest } = policy.own;
    const isHere = (other: LivePolicy): boolean => other !== policy && this.#policies.counts.has(other);
    return [digest, ...shared.filter((rule) => !this.#policies.some(rule.policies, isHere)).map((rule) => rule.digest)];
  }

  /** Of these policy groups, those that none has at the other moment. `others`: that were there then, the first two. */
  #rulesOf(policies: readonly LivePolicy[], others: readonly LivePolicy[], isAtOther: (policy: LivePolicy) => boolean): readonly PlanRule[] {
    const [only] = policies;
    if (only === undefined) return [];
    if (policies.length === 1 && others.length < 2) return only.beyond(others[0]).list;
    const rules = new Set<LiveRule>();
    for (const policy of policies) {
      for (const rule of policy.own.rules) rules.add(rule);
      for (const rule of policy.own.shared) if (!rules.has(rule) && !this.#policies.some(rule.policies, isAtOther)) rules.add(rule);
    }
    return byId([...rules].map(({ rule }) => rule));
  }

  #delta(revision: Revision, base: string): PlanDelta {
    const { come, gone } = this.#policies.changes;
    const groups = this.#groups.changes;
    const isFirst = come.length === this.#policies.counts.size && gone.length === 0;
    const isOther = (was: PlanEndpoint | undefined, now: PlanEndpoint): boolean => was === undefined || endpointEntry(was)[1] !== endpointEntry(now)[1];
    const [put, removed]: [PlanEndpoint[], string[]] = [[], []];
    for (const [id, was] of this.#endpointsBefore) {
      const now = this.#endpoints.get(id);
      if (now === undefined && was !== undefined) removed.push(id);
      if (now !== undefined && isOther(was, now)) put.push(now);
    }
    return {
      node: this.node,
      base,
      revision,
      ...(this.#ownBefore === undefined || equalAddresses(this.#ownBefore, this.#own) ? {} : { ownNode: this.#own }),
      addressGroups: this.#groupDeltas(groups.come),
      rules: isFirst ? this.#policySet().rules.list : this.#rulesOf(come, this.#policies.before(gone, 2), (policy) => this.#policies.wasThere(policy)),
      policyGroups: isFirst ? this.#policySet().policyGroups.list : byId(come.map(({ group }) => group)),
      endpoints: byId(put),
      removedEndpoints: removed.sort(compareText),
      removedPolicyGroups: gone.map(({ group }) => group.id).sort(compareText),
      removedRules: this.#rulesOf(gone, gone[0] === undefined ? [] : this.#policies.others(gone[0], 2), (policy) => this.#policies.counts.has(policy)).map(({ id }) => id),
      removedGroups: groups.gone.map(({ id }) => id).sort(compareText),
    };
  }

  #groupDeltas(come: readonly LiveGroup[]): AddressGroupDelta[] {
    const deltas = come.map((group) => group.whole());
    for (const group of this.#changedGroups) {
      // One that was away and came back, and is another one since, is here too.
      const delta = this.#groups.counts.has(group) && this.#groups.wasThere(group) ? group.delta() : undefined;
      if (delta !== undefined) deltas.push(delta);
    }
    return byId(deltas);
  }
}
