/**
 * Facts and policies in, node plans out.
 *
 * Law: the plans are a function of the last value of each thing; order, repeats, and flushes in between cannot be seen in
 * them. What `flush` answers, folded onto the plans before it, gives the plans after it.
 *
 * @module
 */
import { type Fact, Inventory, type Workload } from '@firsthop/inventory';
import { diffPlans, emptyPlan, type NodePlan, type PlanDelta, type Revision } from '@firsthop/plan';
import type { Policy, Tier } from '@firsthop/policy';
import type { Change } from './change.ts';
import { compileNode, isEnforced, type Moment } from './compile-node.ts';
import { StageCompiler } from './compile-stages.ts';
import { PeerGroups } from './peer-groups.ts';
import { orderPolicies } from './policy-order.ts';
import { SelectorPool } from './selector-pool.ts';

export class Compiler {
  readonly #inventory: Inventory;
  readonly #pool = new SelectorPool();
  readonly #policies = new Map<string, Policy>();
  readonly #tiers = new Map<string, Tier>();
  readonly #plans = new Map<string, NodePlan>();
  #revision: Omit<Revision, 'digest'> | undefined;
  #isDirty = true;

  constructor({ cluster }: { readonly cluster: string }) {
    this.#inventory = new Inventory(cluster);
  }

  apply(change: Change): void {
    this.#isDirty = true;
    if (change.of === 'policy') this.#applyPolicy(change.key, change.now);
    else if (change.of === 'tier') this.#applyTier(change.name, change.now);
    else this.#applyFact(change);
  }

  /** The change of every node whose plan is another one than at the last flush. A new revision alone is no change. */
  flush(revision: Omit<Revision, 'digest'>): Map<string, PlanDelta> {
    this.#revision = revision;
    const deltas = new Map<string, PlanDelta>();
    const next = this.#isDirty ? this.#compile(revision) : this.#plans;
    for (const node of new Set([...this.#plans.keys(), ...next.keys()])) {
      const was = this.#plans.get(node) ?? emptyPlan(node, revision);
      const is = next.get(node) ?? emptyPlan(node, revision);
      if (was.revision.digest !== is.revision.digest) deltas.set(node, diffPlans(was, is));
      if (is.endpoints.size === 0) this.#plans.delete(node);
      else this.#plans.set(node, { ...is, revision: { ...revision, digest: is.revision.digest } });
    }
    this.#isDirty = false;
    return deltas;
  }

  /** As of the last flush; a node without endpoints has an empty plan. Undefined: nothing was flushed yet. */
  snapshot(node: string): NodePlan | undefined {
    return this.#revision === undefined ? undefined : (this.#plans.get(node) ?? emptyPlan(node, this.#revision));
  }

  #applyPolicy(key: string, now: Policy | undefined): void {
    this.#pool.replacePolicy(this.#policies.get(key), now);
    if (now === undefined) this.#policies.delete(key);
    else this.#policies.set(key, now);
  }

  #applyTier(name: string, now: Tier | undefined): void {
    if (now === undefined) this.#tiers.delete(name);
    else this.#tiers.set(name, now);
  }

  #applyFact(fact: Fact): void {
    this.#pool.onFact(this.#inventory.apply(fact));
  }

  #compile(revision: Omit<Revision, 'digest'>): Map<string, NodePlan> {
    const groups = new PeerGroups(this.#inventory, this.#pool);
    const stages = new StageCompiler(orderPolicies(this.#policies.values(), [...this.#tiers.values()]), groups);
    const moment: Moment = { inventory: this.#inventory, pool: this.#pool, groups, stages, compiled: new Map(), revision };
    return new Map([...this.#byNode()].map(([node, workloads]) => [node, compileNode(node, workloads, moment)]));
  }

  #byNode(): Map<string, Workload[]> {
    const nodes = new Map<string, Workload[]>();
    for (const workload of this.#inventory.workloads()) {
      if (workload.node === undefined || !isEnforced(workload, this.#inventory.cluster)) continue;
      const there = nodes.get(workload.node);
      if (there === undefined) nodes.set(workload.node, [workload]);
      else there.push(workload);
    }
    return nodes;
  }
}
