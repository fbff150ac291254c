/**
 * The stages of a policy group, first to last, for one class of addresses and all segments of its ports at once: semantics.md section 2,
 * steps 3 to 6.
 *
 * A segment is decided once and then jumped over, so the work is that of the rules' own segments, and not rules times segments.
 *
 * @module
 */
import type { PlanMatch, PlanRule, Stage } from '@firsthop/plan';
import type { DecisionId } from './class-table.ts';
import type { Decisions } from './decisions.ts';
import type { PortSpace, Run } from './port-space.ts';

/** A rule with those of its matches that the class meets; what is left to ask is protocol and port. */
export interface OpenRule {
  readonly rule: PlanRule;
  readonly services: readonly PlanMatch['services'][];
}

export type OpenStage = { readonly stage: Stage; readonly rules: readonly OpenRule[] };

/** The segments that nobody decided yet; finds the next one from anywhere. */
class Undecided {
  readonly decisions: (DecisionId | undefined)[];
  readonly #next: Uint32Array;

  constructor(size: number) {
    this.decisions = [];
    for (let i = 0; i < size; i++) this.decisions.push(undefined);
    // A callback for each would take most of the time of a small space.
    this.#next = new Uint32Array(size + 1);
    for (let i = 0; i <= size; i++) this.#next[i] = i;
  }

  decide(segment: number, decision: DecisionId): void {
    this.decisions[segment] = decision;
    this.#next[segment] = segment + 1;
  }

  /** The first undecided one at or behind. */
  from(segment: number): number {
    const next = this.#next;
    let end = segment;
    while (next[end] !== end) end = next[end] ?? end + 1;
    for (let at = segment; at !== end; ) {
      const step = next[at] ?? end;
      next[at] = end;
      at = step;
    }
    return end;
  }
}

export class SegmentWalk {
  readonly #space: PortSpace;
  readonly #decisions: Decisions;
  readonly #open: Undecided;
  /** The number of the stage that the segment passed last. */
  readonly #passed: Uint32Array;
  /** 1: it left all admin stages. */
  readonly #delegated: Uint8Array;
  readonly #onAct: ((rule: PlanRule) => void) | undefined;
  #stage = 0;

  /** `onAct`: told of a rule each time that it decides a segment or lets it pass. */
  constructor(space: PortSpace, decisions: Decisions, onAct?: (rule: PlanRule) => void) {
    this.#onAct = onAct;
    this.#space = space;
    this.#decisions = decisions;
    this.#open = new Undecided(space.size);
    this.#passed = new Uint32Array(space.size);
    this.#delegated = new Uint8Array(space.size);
  }

  /** Of every segment, once the stages have ended with a default. */
  walk(stages: readonly OpenStage[]): readonly DecisionId[] {
    for (const { stage, rules } of stages) this.#walkStage(stage, rules);
    return this.#open.decisions.map((decision) => {
      if (decision === undefined) throw new Error('the stages of a policy group end with a default');
      return decision;
    });
  }

  #walkStage(stage: Stage, rules: readonly OpenRule[]): void {
    this.#stage++;
    const all: Run = [0, this.#space.size];
    const isAdmin = stage.kind === 'tier' && stage.phase === 'admin';
    if (stage.kind === 'default') return this.#each(all, false, (segment) => this.#open.decide(segment, this.#decisions.ofDefault(stage.attribution, stage.verdict)));
    for (const { rule, services } of rules) for (const set of services) for (const run of this.#space.runsOf(set)) this.#each(run, isAdmin, this.#told(rule, stage));
    if (stage.kind === 'isolation') this.#each(all, false, (segment) => this.#open.decide(segment, this.#decisions.ofDefault(stage.otherwise, 'drop')));
    else if (stage.defaultAction === 'drop') this.#each(all, isAdmin, (segment) => this.#open.decide(segment, this.#decisions.ofDefault(stage.atEnd, 'drop')));
  }

  #told(rule: PlanRule, stage: Stage & { readonly kind: 'tier' | 'isolation' }): (segment: number) => void {
    const act = this.#act(rule, stage);
    const onAct = this.#onAct;
    if (onAct === undefined) return act;
    return (segment) => {
      onAct(rule);
      act(segment);
    };
  }

  #act(rule: PlanRule, stage: Stage & { readonly kind: 'tier' | 'isolation' }): (segment: number) => void {
    const { action } = rule;
    if (stage.kind === 'isolation') return (segment) => this.#open.decide(segment, this.#decisions.ofRule(rule, 'allow'));
    if (action === 'pass') return (segment) => void (this.#passed[segment] = this.#stage);
    // Delegate leaves the admin tiers; in a baseline tier there is nothing to hand over to, so it is a Pass.
    if (action === 'delegate') return (segment) => void (stage.phase === 'admin' ? (this.#delegated[segment] = 1) : (this.#passed[segment] = this.#stage));
    return (segment) => this.#open.decide(segment, this.#decisions.ofRule(rule, action));
  }

  /** Those of the run that this stage may still decide. */
  #each([first, end]: Run, isAdmin: boolean, act: (segment: number) => void): void {
    for (let segment = this.#open.from(first); segment < end; segment = this.#open.from(segment + 1)) {
      if (this.#passed[segment] === this.#stage || (isAdmin && this.#delegated[segment] === 1)) continue;
      act(segment);
    }
  }
}
