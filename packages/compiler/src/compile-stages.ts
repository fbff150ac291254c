/**
 * The evaluation order of semantics.md section 2 for one subject and direction: only what governs it.
 *
 * @module
 */
import type { Enforcement } from '@firsthop/inventory';
import type { PlanRule, Stage } from '@firsthop/plan';
import { type Direction, phaseOf, type Policy, type TierPhase } from '@firsthop/policy';
import type { Governing } from './policy-order.ts';
import type { RuleCache, RuleMaker, RuleSubject } from './rule-cache.ts';

/** All that the stages of a workload hang on. */
export interface Subject extends RuleSubject {
  readonly governing: Governing;
  readonly enforcement: Enforcement;
}

const endOf = (direction: Direction, verdict: 'allow' | 'drop'): Stage => ({ kind: 'default', verdict, attribution: { reason: 'workloadDefault', direction } });
/** The last stage of everybody is one of four. */
const ends = {
  ingress: { allow: endOf('ingress', 'allow'), drop: endOf('ingress', 'drop') },
  egress: { allow: endOf('egress', 'allow'), drop: endOf('egress', 'drop') },
} as const;

export class StageCompiler {
  readonly rules: Map<PlanRule['id'], PlanRule> = new Map();
  readonly #cache: RuleCache;
  readonly #maker: RuleMaker;

  constructor(cache: RuleCache, maker: RuleMaker) {
    this.#cache = cache;
    this.#maker = maker;
  }

  stages(subject: Subject, direction: Direction): Stage[] {
    const verdict = subject.enforcement === 'Full' ? 'drop' : 'allow';
    const stages = [...this.#tiers('admin', subject, direction), ...this.#isolation(subject, direction), ...this.#tiers('baseline', subject, direction)];
    // Of a list without room to grow: there are a hundred thousand of them.
    return stages.length === 0 ? [ends[direction][verdict]] : stages.concat([ends[direction][verdict]]);
  }

  #tiers(phase: TierPhase, subject: Subject, direction: Direction): Stage[] {
    return subject.governing.tiers.flatMap(({ tier, policies }): Stage[] => {
      const governing = phaseOf(tier) === phase ? policies.filter((policy) => policy[direction] !== undefined) : [];
      if (governing.length === 0) return [];
      return [{ kind: 'tier', phase, rules: this.#compile(governing, subject, direction), defaultAction: tier.defaultAction === 'Drop' ? 'drop' : 'continue', atEnd: { reason: 'tierDefault', direction, tier: tier.name } }];
    });
  }

  #isolation(subject: Subject, direction: Direction): Stage[] {
    const governing = subject.governing.isolating.filter((policy) => policy[direction] !== undefined);
    if (governing.length === 0) return [];
    return [{ kind: 'isolation', rules: this.#compile(governing, subject, direction), otherwise: { reason: 'isolated', direction, isolatedBy: governing.map(({ ref }) => ref) } }];
  }

  #compile(policies: readonly Policy[], subject: Subject, direction: Direction): PlanRule['id'][] {
    const ids: PlanRule['id'][] = [];
    for (const policy of policies)
      for (const rule of this.#cache.rules(policy, direction, subject, this.#maker)) {
        this.rules.set(rule.id, rule);
        ids.push(rule.id);
      }
    // Without the room that a list has which might grow.
    return ids.slice();
  }
}
