/**
 * The stages of a policy group, first to last, for one kind of packet from one class: semantics.md section 2, steps 3 to 6.
 *
 * @module
 */
import type { PlanMatch, PlanRule, Stage } from '@firsthop/plan';
import type { DecisionId } from './class-table.ts';
import type { Decisions } from './decisions.ts';

/** A rule with those of its matches that the class meets; what is left to ask is protocol and port. */
export interface OpenRule {
  readonly rule: PlanRule;
  readonly services: readonly PlanMatch['services'][];
}

export type OpenStage = { readonly stage: Stage; readonly rules: readonly OpenRule[] };

/** `rest`: a protocol that no rule names. */
export interface Packet {
  readonly protocol: number | 'rest';
  readonly port: number;
}

const meets = (services: PlanMatch['services'], { protocol, port }: Packet): boolean =>
  services.kind === 'any' || services.services.some((one) => one.protocol === protocol && (one.ports === undefined || (one.ports.first <= port && port <= one.ports.last)));

const firstMatch = (rules: readonly OpenRule[], packet: Packet): PlanRule | undefined => rules.find(({ services }) => services.some((one) => meets(one, packet)))?.rule;

type Outcome = { readonly kind: 'decided'; readonly decision: DecisionId } | { readonly kind: 'next' } | { readonly kind: 'delegate' };
const next: Outcome = { kind: 'next' };
const decided = (decision: DecisionId): Outcome => ({ kind: 'decided', decision });

const walkTier = (stage: Stage & { readonly kind: 'tier' }, rule: PlanRule | undefined, decisions: Decisions): Outcome => {
  if (rule === undefined) return stage.defaultAction === 'drop' ? decided(decisions.ofDefault(stage.atEnd, 'drop')) : next;
  if (rule.action === 'pass') return next;
  // Delegate leaves the admin tiers; in a baseline tier there is nothing to hand over to, so it is a Pass.
  if (rule.action === 'delegate') return stage.phase === 'admin' ? { kind: 'delegate' } : next;
  return decided(decisions.ofRule(rule, rule.action));
};

const walkStage = ({ stage, rules }: OpenStage, packet: Packet, decisions: Decisions): Outcome => {
  if (stage.kind === 'default') return decided(decisions.ofDefault(stage.attribution, stage.verdict));
  const rule = firstMatch(rules, packet);
  if (stage.kind === 'tier') return walkTier(stage, rule, decisions);
  return decided(rule === undefined ? decisions.ofDefault(stage.otherwise, 'drop') : decisions.ofRule(rule, 'allow'));
};

export const walkStages = (stages: readonly OpenStage[], packet: Packet, decisions: Decisions): DecisionId => {
  let isDelegated = false;
  for (const open of stages) {
    if (isDelegated && open.stage.kind === 'tier' && open.stage.phase === 'admin') continue;
    const outcome = walkStage(open, packet, decisions);
    if (outcome.kind === 'decided') return outcome.decision;
    if (outcome.kind === 'delegate') isDelegated = true;
  }
  throw new Error('the stages of a policy group end with a default');
};
