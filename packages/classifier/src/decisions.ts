/**
 * Every decision of a plan, by name.
 *
 * @module
 */
import { canonicalJson, contentId } from '@firsthop/base';
import type { Attribution, PlanRule } from '@firsthop/plan';
import type { Decision, DecisionId } from './class-table.ts';

const decisionId = (text: string): DecisionId => text as DecisionId;

export class Decisions {
  readonly all: Map<DecisionId, Decision> = new Map();
  /** By the attribution itself: hashing it again for each row would cost more than the row. */
  readonly #defaults = new WeakMap<Attribution, DecisionId>();

  ofRule({ attribution, log }: PlanRule, verdict: Decision['verdict']): DecisionId {
    const name = attribution.rule?.id ?? contentId(canonicalJson({ attribution, verdict }));
    return this.#put({ id: decisionId(name), verdict, attribution, log });
  }

  /** An attribution always comes with the same verdict. */
  ofDefault(attribution: Attribution, verdict: 'allow' | 'drop'): DecisionId {
    const known = this.#defaults.get(attribution);
    if (known !== undefined) return known;
    const id = this.#put({ id: decisionId(contentId(canonicalJson({ attribution, verdict }))), verdict, attribution, log: false });
    this.#defaults.set(attribution, id);
    return id;
  }

  /** The last word counts: a rule keeps its id when its policy moves to another tier. */
  #put(decision: Decision): DecisionId {
    this.all.set(decision.id, decision);
    return decision.id;
  }
}
