/**
 * Facts and policies in, node plans out.
 *
 * Law: the plans are a function of the last value of each thing; order, repeats, and flushes in between cannot be seen in
 * them. What `flush` answers, folded onto the plans before it, gives the plans after it.
 *
 * @module
 */
import { type Fact, Inventory, type Workload, type WorkloadId } from '@firsthop/inventory';
import { diffPlans, emptyPlan, type NodePlan, planDigest, type PlanDelta, type Revision } from '@firsthop/plan';
import { decides, type Group, inForce, type Policy, type Surroundings, type Tier, whatIf } from '@firsthop/policy';
import { withAbsoluteSubjects } from './absolute-subject.ts';
import type { Change } from './change.ts';
import { compileNode, isEnforced, type Moment } from './compile-node.ts';
import { isGoverned } from './governing.ts';
import { GroupCompiler } from './group-compiler.ts';
import { contentNames, type Naming } from './naming.ts';
import { type Names, PeerGroups } from './peer-groups.ts';
import { PolicyOrder } from './policy-order.ts';
import { RuleCache } from './rule-cache.ts';
import { SelectorPool } from './selector-pool.ts';

export interface CompilerOptions {
  readonly cluster: string;
  /** `external`: ipBlocks of NetworkPolicy match no pod. Default `all`. */
  readonly ipBlocks?: 'all' | 'external';
  /** What DNS answered. Default: nothing. */
  readonly names?: Names;
  /** How objects of plans are named. Default: by their content, the same everywhere. */
  readonly naming?: Naming;
}

export class Compiler {
  readonly #inventory: Inventory;
  readonly #pool = new SelectorPool();
  readonly #groups: PeerGroups;
  readonly #cache = new RuleCache();
  readonly #ipBlocks: 'all' | 'external';
  readonly #naming: Naming;
  readonly #policies = new Map<string, Policy>();
  /** As they take effect; the same object as long as nothing about it changed. */
  readonly #standing = new Map<string, Policy>();
  readonly #tiers = new Map<string, Tier>();
  readonly #policyGroups = new Map<string, Group>();
  readonly #plans = new Map<string, NodePlan>();
  /** Policies whose standing must be looked at again. */
  readonly #restless = new Set<string>();
  #surroundings: Surroundings | undefined;
  #order: PolicyOrder | undefined;
  /** Made together with it, of what is on trial. Undefined: nothing is. */
  #trial: PolicyOrder | undefined;
  #revision: Omit<Revision, 'digest'> | undefined;
  #isDirty = true;

  constructor({ cluster, ipBlocks = 'all', names = new Map(), naming = contentNames }: CompilerOptions) {
    this.#inventory = new Inventory(cluster);
    this.#groups = new PeerGroups(this.#inventory, this.#pool, names, naming);
    this.#naming = naming;
    this.#ipBlocks = ipBlocks;
  }

  apply(change: Change): void {
    this.#isDirty = true;
    switch (change.of) {
      case 'policy':
        return this.#applyPolicy(change.key, change.now);
      case 'tier':
        return this.#applySurrounding(this.#tiers, change.name, change.now);
      case 'group':
        return this.#applySurrounding(this.#policyGroups, change.key, change.now);
      case 'workload':
      case 'namespace':
      case 'node':
      case 'service':
      case 'clusterPeer':
        return this.#applyFact(change);
    }
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

  /**
   * One plan for all these workloads, as if they stood on one node that has no address: for questions to a whole cluster. As of now, and
   * without a revision.
   */
  whole(workloads: readonly Workload[]): Omit<NodePlan, 'revision'> {
    return this.#round(({ compiler, groups }) => compileNode('', workloads, [], { compiler, groups }));
  }

  /** Which of these workloads some of the policies govern. `policies`: known to this compiler by their keys. */
  governed(workloads: readonly Workload[], policies: readonly string[]): readonly Workload[] {
    this.#order ??= this.#stand();
    const standing = policies.flatMap((key) => this.#standing.get(key) ?? []);
    return workloads.filter(({ id }) => {
      const selectors = this.#pool.selectorsOf(id);
      return standing.some(({ subjects }) => subjects.some((subject) => isGoverned(subject, selectors)));
    });
  }

  /** The policies that govern a known workload, as they take effect, in order of evaluation. */
  governing(workload: WorkloadId): readonly Policy[] {
    this.#order ??= this.#stand();
    const { tiers, isolating } = this.#order.governing(this.#pool.selectorsOf(workload));
    return [...tiers.flatMap(({ policies }) => policies), ...isolating];
  }

  #applyPolicy(key: string, now: Policy | undefined): void {
    const was = this.#policies.get(key);
    if (was === now) return;
    if (now === undefined) this.#policies.delete(key);
    else this.#policies.set(key, now);
    this.#restless.add(key);
    this.#order = undefined;
  }

  /** A tier or a group may be named by any policy. */
  #applySurrounding<T>(map: Map<string, T>, key: string, now: T | undefined): void {
    if (map.get(key) === now) return;
    if (now === undefined) map.delete(key);
    else map.set(key, now);
    this.#surroundings = undefined;
    this.#order = undefined;
  }

  #stand(): PolicyOrder {
    const restless = this.#surroundings === undefined ? new Set([...this.#policies.keys(), ...this.#restless]) : this.#restless;
    const surroundings = (this.#surroundings ??= { tiers: [...this.#tiers.values()], groups: [...this.#policyGroups.values()] });
    for (const key of restless) {
      const written = this.#policies.get(key);
      const now = written === undefined ? undefined : withAbsoluteSubjects(inForce(written, surroundings));
      this.#pool.replacePolicy(this.#standing.get(key), now);
      if (now === undefined) this.#standing.delete(key);
      else this.#standing.set(key, now);
    }
    this.#restless.clear();
    const standing = [...this.#standing.values()];
    this.#trial = standing.every(decides) ? undefined : new PolicyOrder(whatIf(standing), surroundings.tiers);
    return new PolicyOrder(standing, surroundings.tiers);
  }

  #applyFact(fact: Fact): void {
    this.#pool.onFact(this.#inventory.apply(fact));
    this.#groups.forgetMembers();
    this.#cache.forgetWorld();
  }

  #round<T>(compile: (moment: Moment) => T): T {
    this.#order ??= this.#stand();
    this.#pool.beginRound();
    const parts = { inventory: this.#inventory, pool: this.#pool, order: this.#order, cache: this.#cache, maker: { groups: this.#groups, ipBlocks: this.#ipBlocks, name: this.#naming } };
    const made = compile({ compiler: new GroupCompiler(parts), trial: new GroupCompiler({ ...parts, order: this.#trial ?? this.#order, isTrial: true }), groups: this.#groups });
    this.#pool.endRound();
    this.#groups.forgetUnused();
    return made;
  }

  #compile(revision: Omit<Revision, 'digest'>): Map<string, NodePlan> {
    return this.#round((all) => {
      const { compiler, groups } = all;
      const moment = this.#trial !== undefined || this.#hasVisibility() ? all : { compiler, groups };
      const plans = [...this.#byNode()].map(([node, workloads]) => compileNode(node, workloads, this.#inventory.node(this.#inventory.cluster, node)?.addresses ?? [], moment));
      return new Map(plans.map((content) => [content.node, { ...content, revision: { ...revision, digest: planDigest(content) } }]));
    });
  }

  #hasVisibility(): boolean {
    for (const workload of this.#inventory.workloads()) if (this.#inventory.enforcementOf(workload) === 'Visibility') return true;
    return false;
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
