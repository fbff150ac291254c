/**
 * Facts and policies in, node plans out.
 *
 * Law: the plans are a function of the last value of each thing; order, repeats, and flushes in between cannot be seen in
 * them. What `flush` answers, folded onto the plans before it, gives the plans after it.
 *
 * What is done for a change is as much as it changes: facts and policies mark label sets, workloads and addresses, and a flush looks at those
 * alone.
 *
 * @module
 */
import { type Enforcement, type Fact, type FactChange, Inventory, type Workload, type WorkloadId } from '@firsthop/inventory';
import { emptyPlan, type NodePlan, type PlanDelta, type Revision } from '@firsthop/plan';
import type { Policy } from '@firsthop/policy';
import type { Change } from './change.ts';
import type { CompilerOptions } from './compiler-options.ts';
import { type Trigger, triggersOf } from './governing.ts';
import { AddressGroups } from './live/address-groups.ts';
import { EffectivePolicies } from './live/effective-policies.ts';
import { LivePolicies } from './live/live-policy.ts';
import { NodeContents } from './live/node-contents.ts';
import { Placements } from './live/placements.ts';
import { PolicySets } from './live/policy-sets.ts';
import { contentNames, type Texts } from './naming.ts';
import { PeerGroups } from './peer-groups.ts';
import { PolicyOrder } from './policy-order.ts';
import { RuleCache } from './rule-cache.ts';
import { type LabelSet, SelectorPool } from './selector-pool.ts';
import { type PolicyChange, StandingPolicies } from './standing-policies.ts';

/** On trial, Visibility is Full. */
const triedEnforcement = (enforcement: Enforcement): Enforcement => (enforcement === 'Visibility' ? 'Full' : enforcement);

const usesPorts = (workload: Workload | undefined): boolean => workload !== undefined && workload.ports.length > 0;

export class Compiler {
  readonly #inventory: Inventory;
  readonly #pool = new SelectorPool();
  readonly #standing = new StandingPolicies();
  readonly #peers: PeerGroups;
  readonly #cache = new RuleCache();
  readonly #groups: AddressGroups;
  readonly #policies: LivePolicies;
  readonly #orders = { deciding: new PolicyOrder(), trial: new PolicyOrder() };
  readonly #effective: { readonly deciding: EffectivePolicies; readonly trial: EffectivePolicies };
  readonly #placements: Placements;
  /** Of what was made since the last flush. */
  readonly #texts: Texts = new Map();
  readonly #policySets = new PolicySets();
  readonly #nodes = new Map<string, NodeContents>();
  readonly #touchedNodes = new Set<NodeContents>();
  /** By whom a node is named whose own addresses may be others. */
  readonly #otherNodes = new Set<string>();
  /** Whoever has these may be governed otherwise. */
  readonly #sets = new Set<LabelSet>();
  readonly #workloads = new Set<WorkloadId>();
  /** Some workload that declares port names is other than before. */
  #isOtherWorld = false;
  #hadTrial = false;
  #revision: Omit<Revision, 'digest'> | undefined;

  constructor({ cluster, ipBlocks = 'all', names = new Map(), naming = contentNames }: CompilerOptions) {
    const inventory = (this.#inventory = new Inventory(cluster));
    this.#peers = new PeerGroups(inventory, this.#pool, names, naming);
    this.#groups = new AddressGroups(inventory, this.#pool, this.#peers);
    this.#policies = new LivePolicies(this.#groups, this.#texts);
    const parts = { inventory, cache: this.#cache, maker: { groups: this.#peers, ipBlocks, name: naming, texts: this.#texts }, policies: this.#policies };
    this.#effective = { deciding: new EffectivePolicies({ ...parts, order: this.#orders.deciding }), trial: new EffectivePolicies({ ...parts, order: this.#orders.trial }) };
    this.#placements = new Placements({ cluster, policies: this.#policies, nodeOf: (name) => this.#nodeOf(name) });
  }

  apply(change: Change): void {
    if (change.of === 'policy' || change.of === 'tier' || change.of === 'group') this.#standing.apply(change);
    else this.#applyFact(change);
  }

  /** The change of every node whose plan is another one than at the last flush. A new revision alone is no change. */
  flush(revision: Omit<Revision, 'digest'>): Map<string, PlanDelta> {
    this.#revision = revision;
    this.#settlePolicies();
    const isOtherWorld = this.#isOtherWorld;
    this.#isOtherWorld = false;
    if (isOtherWorld) this.#beginWorld();
    this.#settleWorkloads();
    if (isOtherWorld) this.#pool.endRound();
    this.#groups.settle();
    const deltas = new Map<string, PlanDelta>();
    for (const node of this.#touchedNodes) {
      const delta = node.flush(revision);
      if (delta !== undefined) deltas.set(node.node, delta);
      if (node.isEmpty) this.#nodes.delete(node.node);
    }
    this.#touchedNodes.clear();
    const gone = this.#policies.flushed();
    for (const effective of [this.#effective.deciding, this.#effective.trial]) effective.forgetPolicies(gone);
    this.#groups.flushed();
    this.#texts.clear();
    return deltas;
  }

  /** As of the last flush; a node without endpoints has an empty plan. Undefined: nothing was flushed yet. */
  snapshot(node: string): NodePlan | undefined {
    return this.#revision === undefined ? undefined : (this.#nodes.get(node)?.plan(this.#revision) ?? emptyPlan(node, this.#revision));
  }

  /**
   * The policies that govern a workload and decide, in order of evaluation; empty for one that nobody knows. To be asked right after a flush. One list
   * for all workloads that no selector tells apart, however many ask.
   */
  governing(workload: WorkloadId): readonly Policy[] {
    const set = this.#pool.labelSetOf(workload);
    return set === undefined ? [] : this.#effective.deciding.governing(set);
  }

  #applyFact(fact: Fact): void {
    const change = this.#inventory.apply(fact);
    this.#pool.onFact(change);
    this.#groups.onFact(change);
    this.#mark(change);
  }

  #mark(change: FactChange): void {
    switch (change.of) {
      case 'workload':
        this.#workloads.add(change.id);
        // An address that changes hands takes somebody out of a group of port users, or into it.
        this.#isOtherWorld ||= usesPorts(change.was) || usesPorts(change.now) || change.owners.some(({ was, now }) => this.#isPortUser(was) || this.#isPortUser(now));
        return;
      case 'namespace': {
        const { cluster, name } = change.now ?? change.was ?? { cluster: '', name: '' };
        for (const id of this.#inventory.workloadsIn(cluster, name)) {
          this.#workloads.add(id);
          if (this.#isPortUser(id)) this.#isOtherWorld = true;
        }
        return;
      }
      case 'node':
        this.#otherNodes.add((change.now ?? change.was)?.name ?? '');
        return;
      case 'service':
      case 'clusterPeer':
    }
  }

  #isPortUser(id: WorkloadId | undefined): boolean {
    return id !== undefined && usesPorts(this.#inventory.workload(id));
  }

  #settlePolicies(): void {
    const settled = this.#standing.settle();
    const touched = this.#pool.takeTouched();
    if (settled !== undefined) {
      for (const { was, now } of settled.changes) this.#pool.replacePolicy(was, now);
      const isAll = settled.isReordered || this.#hadTrial !== this.#standing.hasTrial;
      this.#hadTrial = this.#standing.hasTrial;
      for (const [order, changes] of [[this.#orders.deciding, settled.changes], [this.#orders.trial, settled.trial]] as const) {
        if (settled.isReordered) order.setTiers(this.#standing.tiers);
        for (const { was, now } of changes) order.replace(was, now);
        if (!isAll) for (const change of changes) this.#touchGoverned(change);
      }
      if (isAll) this.#touch(this.#pool.labelSets());
    }
    for (const sets of [touched, this.#pool.takeTouched()]) {
      this.#touch(sets);
      this.#groups.touch(sets);
    }
  }

  #touchGoverned({ was, now }: PolicyChange): void {
    for (const policy of [was, now]) {
      const trigger: Trigger = policy === undefined ? [] : triggersOf(policy);
      if (trigger === 'always') this.#touch(this.#pool.labelSets());
      else for (const key of trigger) this.#touch(this.#pool.setsOf(key));
    }
  }

  #touch(sets: Iterable<LabelSet>): void {
    for (const set of sets) {
      this.#sets.add(set);
      this.#effective.deciding.forget(set);
      this.#effective.trial.forget(set);
    }
  }

  /** All rules that ask who uses a port name are made anew, and with them the selectors are asked for that nobody else needs. */
  #beginWorld(): void {
    this.#pool.beginRound();
    this.#cache.forgetWorld();
    this.#peers.forgetMembers();
    for (const effective of [this.#effective.deciding, this.#effective.trial]) for (const set of effective.forgetWorld()) this.#sets.add(set);
  }

  #settleWorkloads(): void {
    for (const set of this.#sets) for (const id of set.members) this.#workloads.add(id);
    this.#sets.clear();
    for (const id of this.#workloads) this.#place(id);
    this.#workloads.clear();
    for (const node of this.#touchedNodes) this.#otherNodes.add(node.node);
    for (const name of this.#otherNodes) {
      const node = this.#nodes.get(name);
      node?.setOwn(node.isEmpty ? [] : (this.#inventory.node(this.#inventory.cluster, name)?.addresses ?? []));
    }
    this.#otherNodes.clear();
  }

  #place(id: WorkloadId): void {
    const workload = this.#inventory.workload(id);
    const set = this.#pool.labelSetOf(id);
    if (workload === undefined || set === undefined) return this.#placements.remove(id);
    const enforcement = this.#inventory.enforcementOf(workload);
    this.#placements.put(workload, () => {
      const group = this.#effective.deciding.of(set, workload, enforcement);
      const trial = this.#standing.hasTrial ? this.#effective.trial : this.#effective.deciding;
      const isTried = this.#standing.hasTrial || enforcement === 'Visibility';
      return { group, onTrial: isTried ? trial.of(set, workload, triedEnforcement(enforcement)) : group };
    });
  }

  #nodeOf(name: string): NodeContents {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const made = new NodeContents(name, this.#policySets, (node) => void this.#touchedNodes.add(node));
    this.#nodes.set(name, made);
    return made;
  }
}
