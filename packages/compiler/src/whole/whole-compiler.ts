/**
 * Questions to a whole cluster: one plan for any of its workloads, as of now, made from scratch each time.
 *
 * @module
 */
import { type Fact, Inventory, type Workload, type WorkloadId } from '@firsthop/inventory';
import type { NodePlan } from '@firsthop/plan';
import type { Policy } from '@firsthop/policy';
import type { Change } from '../change.ts';
import type { CompilerOptions } from '../compiler-options.ts';
import { isGoverned } from '../governing.ts';
import { contentNames } from '../naming.ts';
import { PeerGroups } from '../peer-groups.ts';
import { PolicyOrder } from '../policy-order.ts';
import { RuleCache, type RuleMaker } from '../rule-cache.ts';
import { SelectorPool } from '../selector-pool.ts';
import { StandingPolicies } from '../standing-policies.ts';
import { compileWhole } from './compile-whole.ts';
import { GroupCompiler } from './group-compiler.ts';

export class WholeCompiler {
  readonly #inventory: Inventory;
  readonly #pool = new SelectorPool();
  readonly #groups: PeerGroups;
  readonly #cache = new RuleCache();
  readonly #maker: RuleMaker;
  readonly #standing = new StandingPolicies();
  readonly #order = new PolicyOrder();

  constructor({ cluster, ipBlocks = 'all', names = new Map(), naming = contentNames }: CompilerOptions) {
    this.#inventory = new Inventory(cluster);
    this.#groups = new PeerGroups(this.#inventory, this.#pool, names, naming);
    this.#maker = { groups: this.#groups, ipBlocks, name: naming };
  }

  apply(change: Change): void {
    if (change.of === 'policy' || change.of === 'tier' || change.of === 'group') this.#standing.apply(change);
    else this.#applyFact(change);
  }

  /**
   * One plan for all these workloads, as if they stood on one node that has no address: for questions to a whole cluster. As of now, and
   * without a revision.
   */
  whole(workloads: readonly Workload[]): Omit<NodePlan, 'revision'> {
    this.#stand();
    this.#pool.beginRound();
    const compiler = new GroupCompiler({ inventory: this.#inventory, pool: this.#pool, order: this.#order, cache: this.#cache, maker: this.#maker });
    const plan = compileWhole(workloads, compiler, this.#groups);
    this.#pool.endRound();
    this.#groups.forgetUnused();
    return plan;
  }

  /** Which of these workloads some of the policies govern. `policies`: known to this compiler by their keys. */
  governed(workloads: readonly Workload[], policies: readonly string[]): readonly Workload[] {
    this.#stand();
    const standing = policies.flatMap((key) => this.#standing.get(key) ?? []);
    return workloads.filter(({ id }) => {
      const selectors = this.#pool.selectorsOf(id);
      return standing.some(({ subjects }) => subjects.some((subject) => isGoverned(subject, selectors)));
    });
  }

  /** The policies that govern a known workload, as they take effect, in order of evaluation. */
  governing(workload: WorkloadId): readonly Policy[] {
    this.#stand();
    const { tiers, isolating } = this.#order.governing(this.#pool.selectorsOf(workload));
    return [...tiers.flatMap(({ policies }) => policies), ...isolating];
  }

  #stand(): void {
    const settled = this.#standing.settle();
    if (settled === undefined) return;
    if (settled.isReordered) this.#order.setTiers(this.#standing.tiers);
    for (const { was, now } of settled.changes) {
      this.#pool.replacePolicy(was, now);
      this.#order.replace(was, now);
    }
  }

  #applyFact(fact: Fact): void {
    this.#pool.onFact(this.#inventory.apply(fact));
    this.#groups.forgetMembers();
    this.#cache.forgetWorld();
  }
}
