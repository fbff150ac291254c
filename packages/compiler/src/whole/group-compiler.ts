/**
 * Policy groups: one for all workloads with the same effective policy, compiled once for them all.
 *
 * @module
 */
import type { Inventory, Workload } from '@firsthop/inventory';
import { aroundPolicyGroup, type PlanRule, type PolicyGroup, policyGroupId } from '@firsthop/plan';
import { StageCompiler, type Subject } from '../compile-stages.ts';
import { nameAround } from '../naming.ts';
import type { Governing, PolicyOrder } from '../policy-order.ts';
import { portsKey, type RuleCache, type RuleMaker } from '../rule-cache.ts';
import type { SelectorPool } from '../selector-pool.ts';

export interface GroupCompilerParts {
  readonly inventory: Inventory;
  readonly pool: SelectorPool;
  readonly order: PolicyOrder;
  readonly cache: RuleCache;
  readonly maker: RuleMaker;
}

/** As of one moment. */
export class GroupCompiler {
  readonly #parts: GroupCompilerParts;
  readonly #stages: StageCompiler;
  /** By label set, then by what else of a workload may matter. */
  readonly #byLabels = new Map<object, Map<string, PolicyGroup>>();
  readonly #governing = new Map<object, Governing>();
  /** By the policies and all that their rules hang on: workloads with other labels may be governed alike. */
  readonly #byPolicies = new Map<string, PolicyGroup>();

  constructor(parts: GroupCompilerParts) {
    this.#parts = parts;
    this.#stages = new StageCompiler(parts.cache, parts.maker);
  }

  get rules(): ReadonlyMap<PlanRule['id'], PlanRule> {
    return this.#stages.rules;
  }

  groupOf(workload: Workload): PolicyGroup {
    const { inventory, pool } = this.#parts;
    const labels = pool.labelSetOf(workload.id) ?? workload;
    const enforcement = inventory.enforcementOf(workload);
    const siblings = this.#byLabels.get(labels) ?? new Map<string, PolicyGroup>();
    this.#byLabels.set(labels, siblings);
    const key = `${enforcement}|${portsKey(workload.ports)}`;
    const known = siblings.get(key);
    if (known !== undefined) return known;
    const namespaceLabels = inventory.namespaceLabels(workload.cluster, workload.namespace);
    const group = this.#compile({ governing: this.#governingOf(labels, workload), enforcement, ports: workload.ports, namespace: workload.namespace, namespaceLabels });
    siblings.set(key, group);
    return group;
  }

  #governingOf(labels: object, { id }: Workload): Governing {
    const known = this.#governing.get(labels);
    if (known !== undefined) return known;
    const governing = this.#parts.order.governing(this.#parts.pool.selectorsOf(id));
    this.#governing.set(labels, governing);
    return governing;
  }

  #compile(subject: Subject): PolicyGroup {
    const { governing, enforcement } = subject;
    const policies = [...governing.tiers.flatMap((tier) => tier.policies), ...governing.isolating];
    const key = `${enforcement}|${governing.key}|${this.#parts.cache.keyOf(policies, subject)}`;
    const known = this.#byPolicies.get(key);
    if (known !== undefined) return known;
    const content = { ingress: this.#stages.stages(subject, 'ingress'), egress: this.#stages.stages(subject, 'egress') };
      const group = { id: policyGroupId(nameAround(aroundPolicyGroup(content), this.#parts.maker.name, undefined)), ...content };
    this.#byPolicies.set(key, group);
    return group;
  }
}
