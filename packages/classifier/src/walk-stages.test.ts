import { contentId } from '@firsthop/base';
import { type Attribution, type PlanAction, type PlanRule, planRuleId, type Stage } from '@firsthop/plan';
import { expect, it } from 'vitest';
import { Decisions } from './decisions.ts';
import { walkStages } from './walk-stages.ts';

const attribution: Attribution = { reason: 'workloadDefault', direction: 'ingress' };
const rule = (name: string, action: PlanAction): PlanRule => ({ id: planRuleId(contentId(name)), action, matches: [], attribution: { reason: 'rule', direction: 'ingress', rule: { index: 0, id: contentId(name) } }, log: false });
const tier = (phase: 'admin' | 'baseline', name: string, action: PlanAction) => {
  const stage: Stage = { kind: 'tier', phase, rules: [], defaultAction: 'drop', atEnd: { reason: 'tierDefault', direction: 'ingress', tier: name } };
  return { stage, rules: [{ rule: rule(name, action), services: [{ kind: 'any' as const }] }] };
};
const end = { stage: { kind: 'default', verdict: 'allow', attribution } as const, rules: [] };

const decided = (...stages: Parameters<typeof walkStages>[0]): string | undefined => {
  const decisions = new Decisions();
  const decision = decisions.all.get(walkStages([...stages, end], { protocol: 6, port: 80 }, decisions));
  return decision?.attribution.rule?.id ?? decision?.attribution.reason;
};

it('pass leaves a tier, delegate leaves all admin tiers and no baseline tier', () => {
  const second = tier('admin', 'second', 'drop');
  const baseline = tier('baseline', 'third', 'reject');
  expect(decided(tier('admin', 'first', 'pass'), second, baseline)).toBe(contentId('second'));
  expect(decided(tier('admin', 'first', 'delegate'), second, baseline)).toBe(contentId('third'));
  expect(decided(tier('baseline', 'first', 'delegate'), baseline)).toBe(contentId('third'));
  expect(decided(tier('admin', 'first', 'delegate'), second)).toBe('workloadDefault');
});

it('a tier without a match ends with its default', () => {
  expect(decided({ ...tier('admin', 'first', 'allow'), rules: [] })).toBe('tierDefault');
});
