/**
 * What one node has: its endpoints, what governs them, and all that this refers to, each counted by who needs it; and what of it is other than at
 * the last flush.
 *
 * @module
 */
import { compareText, SetDigest, type SetView } from '@firsthop/base';
import type { Address } from '@firsthop/netaddr';
import { type AddressGroupDelta, emptyPlan, endpointEntry, nodeEntry, type NodePlan, ownNodeEntry, type PlanDelta, type PlanEndpoint, type PlanRule, type Revision } from '@firsthop/plan';
import type { Holder, LiveGroup } from './live-group.ts';
import type { LivePolicy, LiveRule } from './live-policy.ts';
import type { PolicySet, PolicySets } from './policy-sets.ts';

const nothing = { come: [], gone: [] };

/** How often each thing is needed, and whether it was there at the last flush, of those that came or went since. */
class Needed<T> {
  readonly counts: Map<T, number> = new Map();
  readonly #before = new Map<T, boolean>();

  /** Whether it was not there. */
  retain(one: T): boolean {
    const count = this.counts.get(one) ?? 0;
    this.counts.set(one, count + 1);
    if (count === 0 && !this.#before.has(one)) this.#before.set(one, false);
    return count === 0;
  }

  /** Whether it is not there any more. */
  release(one: T): boolean {
    const count = (this.counts.get(one) ?? 0) - 1;
    if (count > 0) {
      this.counts.set(one, count);
      return false;
    }
    this.counts.delete(one);
    if (!this.#before.has(one)) this.#before.set(one, true);
    return true;
  }

  /** Some that is there, or was at the last flush, for which `is` holds. `among`: which may be more than there are here, or fewer. */
  some(among: SetView<T>, is: (one: T) => boolean): boolean {
    if (among.size <= this.counts.size + this.#before.size) {
      for (const one of among) if ((this.counts.has(one) || this.#before.has(one)) && is(one)) return true;
      return false;
    }
    for (const here of [this.counts, this.#before]) for (const one of here.keys()) if (among.has(one) && is(one)) return true;
    return false;
  }

  wasThere(one: T): boolean {
    return this.#before.get(one) ?? this.counts.has(one);
  }

  /** Since the last flush. */
  get changes(): { readonly come: readonly T[]; readonly gone: readonly T[] } {
    if (this.#before.size === 0) return nothing;
    const [come, gone]: [T[], T[]] = [[], []];
    for (const [one, wasThere] of this.#before) if (wasThere !== this.counts.has(one)) (wasThere ? gone : come).push(one);
    return { come, gone };
  }

  flushed(): void {
    if (this.#before.size > 0) this.#before.clear();
  }
}

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
    this.#digest.include(policy.own.digest);
    for (const rule of policy.own.shared) if (!this.#hasOther(rule, policy)) this.#digest.include(rule.digest);
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
    this.#digest.exclude(policy.own.digest);
    for (const rule of policy.own.shared) if (!this.#hasOther(rule, policy)) this.#digest.exclude(rule.digest);
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

  /** Another policy group here has the rule too. */
  #hasOther({ policies }: LiveRule, than: LivePolicy): boolean {
    return this.#policies.some(policies, (policy) => policy !== than && this.#policies.counts.has(policy));
  }

  /** Of these policy groups, those that none has at the other moment. */
  #rulesOf(policies: readonly LivePolicy[], isAtOther: (policy: LivePolicy) => boolean): readonly PlanRule[] {
    if (policies.length === 0) return [];
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
      rules: isFirst ? this.#policySet().rules.list : this.#rulesOf(come, (policy) => this.#policies.wasThere(policy)),
      policyGroups: isFirst ? this.#policySet().policyGroups.list : byId(come.map(({ group }) => group)),
      endpoints: byId(put),
      removedEndpoints: removed.sort(compareText),
      removedPolicyGroups: gone.map(({ group }) => group.id).sort(compareText),
      removedRules: this.#rulesOf(gone, (policy) => this.#policies.counts.has(policy)).map(({ id }) => id),
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
