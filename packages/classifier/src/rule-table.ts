/**
 * The stages of one direction of a policy group, prepared for questions: which rules are about a class, and which terms matter at all.
 *
 * @module
 */
import { type NodePlan, peerLeaves, type PlanMatch, type PlanRule, type Stage } from '@firsthop/plan';
import type { OpenStage } from './decide-segments.ts';
import { anyOf, type PeerTest, peerTest, triggerOf } from './peer-test.ts';
import { ownNodeTerm, type Term, type TermTable } from './terms.ts';

interface PreparedMatch {
  readonly tests: readonly PeerTest[];
  readonly services: PlanMatch['services'];
}

interface PreparedRule {
  readonly rule: PlanRule;
  readonly stage: number;
  readonly matches: readonly PreparedMatch[];
}

export class RuleTable {
  /** A class shows only these of its terms; ascending. */
  readonly mentioned: readonly Term[];
  readonly #stages: readonly Stage[];
  readonly #rules: PreparedRule[] = [];
  readonly #always: number[] = [];
  readonly #byTerm = new Map<Term, number[]>();

  constructor(stages: readonly Stage[], rules: NodePlan['rules'], terms: TermTable) {
    this.#stages = stages;
    const mentioned = new Set<Term>(stages.some(({ kind }) => kind === 'isolation') ? [ownNodeTerm] : []);
    for (const [at, stage] of stages.entries())
      for (const id of stage.kind === 'default' ? [] : stage.rules) {
        const rule = rules.get(id);
        if (rule !== undefined) this.#add(rule, at, terms, mentioned);
      }
    this.mentioned = [...mentioned].sort((a, b) => a - b);
  }

  /** The stages as a class with these terms meets them. */
  open(present: ReadonlySet<Term>): OpenStage[] {
    const found = new Set<number>(this.#always);
    for (const term of present) for (const at of this.#byTerm.get(term) ?? []) found.add(at);
    const byStage = new Map<number, OpenStage['rules'][number][]>();
    for (const at of [...found].sort((a, b) => a - b)) {
      const prepared = this.#rules[at];
      const services = prepared?.matches.filter(({ tests }) => tests.some((test) => test(present))).map((match) => match.services) ?? [];
      if (prepared === undefined || services.length === 0) continue;
      const list = byStage.get(prepared.stage) ?? [];
      byStage.set(prepared.stage, list);
      list.push({ rule: prepared.rule, services });
    }
    // Isolation alone does not keep a pod from its own node.
    const inForce = [...this.#stages.entries()].filter(([, { kind }]) => kind !== 'isolation' || !present.has(ownNodeTerm));
    return inForce.map(([at, stage]) => ({ stage, rules: byStage.get(at) ?? [] }));
  }

  #add(rule: PlanRule, stage: number, terms: TermTable, mentioned: Set<Term>): void {
    const at = this.#rules.length;
    this.#rules.push({ rule, stage, matches: rule.matches.map(({ peers, services }) => ({ tests: peers.map((peer) => peerTest(peer, terms)), services })) });
    const peers = rule.matches.flatMap((match) => match.peers);
    for (const peer of peers)
      for (const leaf of peerLeaves(peer)) {
        if (leaf.kind === 'group') mentioned.add(terms.ofGroup(leaf.group));
        if (leaf.kind === 'ranges') for (const range of leaf.ranges) mentioned.add(terms.ofRange(range));
      }
    const trigger = anyOf(peers.map((peer) => triggerOf(peer, terms)));
    if (trigger === 'always') this.#always.push(at);
    else
      for (const term of new Set(trigger)) {
        const list = this.#byTerm.get(term);
        if (list === undefined) this.#byTerm.set(term, [at]);
        else list.push(at);
      }
  }
}
