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

  ofRule({ attribution, log }: PlanRule, verdict: Decision['verdict']): DecisionId {
    const name = attribution.rule?.id ?? contentId(canonicalJson({ attribution, verdict }));
    return this.#put({ id: decisionId(name), verdict, attribution, log });
  }

  ofDefault(attribution: Attribution, verdict: 'allow' | 'drop'): DecisionId {
    return this.#put({ id: decisionId(contentId(canonicalJson({ attribution, verdict }))), verdict, attribution, log: false });
  }

  #put(decision: Decision): DecisionId {
    if (!this.all.has(decision.id)) this.all.set(decision.id, decision);
    return decision.id;
  }
}
