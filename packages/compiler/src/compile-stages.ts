/**
 * The evaluation order of semantics.md section 2 for one subject and direction: only what selects it.
 *
 * @module
 */
import type { Enforcement, NamedPort } from '@firsthop/inventory';
import type { PlanRule, Stage } from '@firsthop/plan';
import { type Direction, phaseOf, type Policy, type TierPhase } from '@firsthop/policy';
import { canonicalWorkloadSelector } from '@firsthop/selector';
import { compileRule } from './compile-rule.ts';
import type { PeerGroups } from './peer-groups.ts';
import type { PolicyOrder } from './policy-order.ts';
import type { SelectorKey } from './selector-pool.ts';

/** All that the stages of a workload depend on. */
export interface Subject {
  /** Those that match it. */
  readonly selectors: ReadonlySet<SelectorKey>;
  /** What port names mean at it. */
  readonly ports: readonly NamedPort[];
  readonly enforcement: Enforcement;
}

export class StageCompiler {
  readonly #order: PolicyOrder;
  readonly #groups: PeerGroups;
  readonly #subjectKeys = new Map<Policy, readonly SelectorKey[]>();
  readonly rules: Map<PlanRule['id'], PlanRule> = new Map();

  constructor(order: PolicyOrder, groups: PeerGroups) {
    this.#order = order;
    this.#groups = groups;
  }

  stages(subject: Subject, direction: Direction): Stage[] {
    const verdict = subject.enforcement === 'Full' ? 'drop' : 'allow';
    return [
      ...this.#tiers('admin', subject, direction),
      ...this.#isolation(subject, direction),
      ...this.#tiers('baseline', subject, direction),
      { kind: 'default', verdict, attribution: { reason: 'workloadDefault', direction } },
    ];
  }

  #tiers(phase: TierPhase, subject: Subject, direction: Direction): Stage[] {
    return this.#order.tiers.flatMap(({ tier, policies }): Stage[] => {
      const governing = phaseOf(tier) === phase ? policies.filter((policy) => this.#governs(policy, subject, direction)) : [];
      if (governing.length === 0) return [];
      const rules = governing.flatMap((policy) => this.#compile(policy, subject, direction));
      return [{ kind: 'tier', phase, rules, defaultAction: tier.defaultAction === 'Drop' ? 'drop' : 'continue', atEnd: { reason: 'tierDefault', direction, tier: tier.name } }];
    });
  }

  #isolation(subject: Subject, direction: Direction): Stage[] {
    const governing = this.#order.isolating.filter((policy) => this.#governs(policy, subject, direction));
    if (governing.length === 0) return [];
    const rules = governing.flatMap((policy) => this.#compile(policy, subject, direction));
    return [{ kind: 'isolation', rules, otherwise: { reason: 'isolated', direction, isolatedBy: governing.map(({ ref }) => ref) } }];
  }

  #governs(policy: Policy, { selectors }: Subject, direction: Direction): boolean {
    return policy[direction] !== undefined && this.#keysOf(policy).some((key) => selectors.has(key));
  }

  #keysOf(policy: Policy): readonly SelectorKey[] {
    const known = this.#subjectKeys.get(policy);
    if (known !== undefined) return known;
    const keys = policy.subjects.flatMap((peer) => (peer.kind === 'workloads' ? [canonicalWorkloadSelector(peer.selector)] : []));
    this.#subjectKeys.set(policy, keys);
    return keys;
  }

  #compile(policy: Policy, { ports }: Subject, direction: Direction): PlanRule['id'][] {
    return (policy[direction] ?? []).map((rule) => {
      const compiled = compileRule(rule, { policy, direction, names: ports, groups: this.#groups });
      if (!this.rules.has(compiled.id)) this.rules.set(compiled.id, compiled);
      return compiled.id;
    });
  }
}
