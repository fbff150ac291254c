/**
 * Class tables of policy groups, with equal rows held once.
 *
 * A class shows a policy group only those of its terms that the group's rules mention, so most classes look alike to it
 * and one row is built for all of them.
 *
 * @module
 */
import type { NodePlan, PlanPeer, PlanRule, Stage } from '@firsthop/plan';
import { buildRow } from './build-row.ts';
import type { ClassId, ClassTable, Row, RowId } from './class-table.ts';
import { Decisions } from './decisions.ts';
import { ownNodeTerm, type Term, termsOf } from './terms.ts';
import type { OpenStage } from './walk-stages.ts';

export interface AddressClass {
  readonly id: ClassId;
  readonly terms: ReadonlySet<Term>;
}

const none: ReadonlySet<Term> = new Set();

export class TableBuilder {
  readonly rows: Map<RowId, Row> = new Map();
  readonly decisions: Decisions = new Decisions();
  readonly #rules: NodePlan['rules'];
  readonly #classes: readonly AddressClass[];

  constructor(rules: NodePlan['rules'], classes: readonly AddressClass[]) {
    this.#rules = rules;
    this.#classes = classes;
  }

  table(stages: readonly Stage[]): ClassTable {
    const mentioned = this.#mentioned(stages);
    const known = new Map<string, RowId>();
    const unmentioned = this.#row(stages, none);
    const rows = new Map<ClassId, RowId>([[0, unmentioned]]);
    for (const { id, terms } of this.#classes) {
      const seen = [...terms].filter((term) => mentioned.has(term)).sort();
      const key = seen.join(' ');
      const row = known.get(key) ?? this.#row(stages, new Set(seen));
      known.set(key, row);
      if (row !== unmentioned) rows.set(id, row);
    }
    return { rows };
  }

  #mentioned(stages: readonly Stage[]): Set<Term> {
    const mentioned = new Set<Term>(stages.some(({ kind }) => kind === 'isolation') ? [ownNodeTerm] : []);
    for (const stage of stages) for (const { matches } of this.#rulesOf(stage)) for (const { peers } of matches) for (const peer of peers) for (const term of termsOf(peer)) mentioned.add(term);
    return mentioned;
  }

  #rulesOf(stage: Stage): PlanRule[] {
    return stage.kind === 'default' ? [] : stage.rules.flatMap((id) => this.#rules.get(id) ?? []);
  }

  #row(stages: readonly Stage[], terms: ReadonlySet<Term>): RowId {
    const meets = (peer: PlanPeer): boolean => peer.kind === 'any' || termsOf(peer).some((term) => terms.has(term));
    const inForce = stages.filter(({ kind }) => kind !== 'isolation' || !terms.has(ownNodeTerm));
    const open = inForce.map((stage): OpenStage => {
      const rules = this.#rulesOf(stage).map((rule) => ({ rule, services: rule.matches.filter(({ peers }) => peers.some(meets)).map(({ services }) => services) }));
      return { stage, rules: rules.filter(({ services }) => services.length > 0) };
    });
    const row = buildRow(open, this.decisions);
    this.rows.set(row.id, row);
    return row.id;
  }
}
