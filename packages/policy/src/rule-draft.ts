/**
 * A rule before it has its id, and what an invalid one becomes (semantics.md section 5): if it would allow it matches nothing;
 * otherwise it drops everything for its policy's own subjects, in its own direction. Never wider than what was meant.
 *
 * @module
 */
import type { Action, Rule } from './rule.ts';

export type RuleDraft = Omit<Rule, 'id'>;

/** `action: undefined`: it could not be read, so it may have been a drop. */
export const invalidRule = (index: number, action: Action | undefined): RuleDraft =>
  action === 'Allow'
    ? { index, action, peers: { kind: 'none' }, ports: { kind: 'none' }, log: false }
    : { index, action: 'Drop', peers: { kind: 'any' }, ports: { kind: 'any' }, log: false };

/** The rule when its policy is at fault as a whole; its names stay, for attribution. */
export const spoil = <R extends RuleDraft>(rule: R): R => ({ ...rule, ...invalidRule(rule.index, rule.action), log: rule.log });
