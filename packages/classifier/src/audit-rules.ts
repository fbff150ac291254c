/**
 * Which rules of a policy group ever come to act, and who is before them where they do not.
 *
 * @module
 */
import type { PlanRule } from '@firsthop/plan';
import type { DecisionId } from './class-table.ts';
import { type OpenStage, SegmentWalk } from './decide-segments.ts';
import type { Decisions } from './decisions.ts';
import { PortSpace } from './port-space.ts';

export interface RuleAudit {
  readonly rule: PlanRule;
  /** It decides something for somebody, or lets it pass. False: whatever it is about is decided before it. */
  readonly acts: boolean;
  /** What is decided instead, where the rule matches. */
  readonly instead: ReadonlySet<DecisionId>;
}

interface Tally {
  readonly rule: PlanRule;
  acts: boolean;
  readonly instead: Set<DecisionId>;
}

export class RuleTally {
  readonly #byRule = new Map<PlanRule['id'], Tally>();

  /** The stages as one class meets them. */
  add(stages: readonly OpenStage[], decisions: Decisions): void {
    const open = stages.flatMap(({ rules }) => rules);
    const space = new PortSpace(open.flatMap(({ services }) => services));
    const decided = new SegmentWalk(space, decisions, (rule) => void (this.#of(rule).acts = true)).walk(stages);
    for (const { rule, services } of open) {
      const tally = this.#of(rule);
      if (tally.acts) continue;
      for (const set of services)
        for (const [first, end] of space.runsOf(set))
          for (let segment = first; segment < end; segment++) {
            const decision = decided[segment];
            if (decision !== undefined) tally.instead.add(decision);
          }
    }
  }

  /** Only rules that some class meets. */
  all(): readonly RuleAudit[] {
    return [...this.#byRule.values()];
  }

  #of(rule: PlanRule): Tally {
    const known = this.#byRule.get(rule.id);
    if (known !== undefined) return known;
    const made: Tally = { rule, acts: false, instead: new Set() };
    this.#byRule.set(rule.id, made);
    return made;
  }
}
