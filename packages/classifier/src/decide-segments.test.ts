import { contentId } from '@firsthop/base';
import { type Attribution, type PlanAction, type PlanRule, planRuleId, type Stage } from '@firsthop/plan';
import { expect, it } from 'vitest';
import { type OpenStage, SegmentWalk } from './decide-segments.ts';
import { Decisions } from './decisions.ts';
import { PortSpace } from './port-space.ts';

const attribution: Attribution = { reason: 'workloadDefault', direction: 'ingress' };
const rule = (name: string, action: PlanAction): PlanRule => ({ id: planRuleId(contentId(name)), action, matches: [], attribution: { reason: 'rule', direction: 'ingress', rule: { index: 0, name, id: contentId(name) } }, log: false });
type Ports = readonly [first: number, last: number];
const services = (ports: Ports | undefined): OpenStage['rules'][number]['services'] => (ports === undefined ? [{ kind: 'any' }] : [{ kind: 'set', services: [{ protocol: 6, ports: { first: ports[0], last: ports[1] } }] }]);
const tier = (phase: 'admin' | 'baseline', ...rules: readonly (readonly [name: string, action: PlanAction, ports?: Ports])[]): OpenStage => ({
  stage: { kind: 'tier', phase, rules: [], defaultAction: 'drop', atEnd: { reason: 'tierDefault', direction: 'ingress', tier: 'x' } } satisfies Stage,
  rules: rules.map(([name, action, ports]) => ({ rule: rule(name, action), services: services(ports) })),
});
const end: OpenStage = { stage: { kind: 'default', verdict: 'allow', attribution }, rules: [] };

/** What is decided for TCP 0, 80, 81 and 90, and for every other protocol. */
const decided = (...stages: readonly OpenStage[]): string[] => {
  const all = [...stages, end];
  const marks = { kind: 'set' as const, services: [80, 81, 90].map((port) => ({ protocol: 6, ports: { first: port, last: port } })) };
  const space = new PortSpace([marks, ...all.flatMap(({ rules }) => rules.flatMap((one) => one.services))]);
  const decisions = new Decisions();
  const of = new SegmentWalk(space, decisions).walk(all);
  const starts = space.protocols[0]?.starts ?? [];
  const at = (port: number): number => starts.findLastIndex((first) => first <= port);
  return [at(0), at(80), at(81), at(90), space.size - 1].map((segment) => {
    const decision = decisions.all.get(of[segment] ?? ('' as never));
    return decision?.attribution.rule?.name ?? decision?.attribution.reason ?? 'nothing';
  });
};
const same = (name: string): string[] => Array.from({ length: 5 }, () => name);

it('pass leaves a tier, delegate leaves all admin tiers and no baseline tier', () => {
  const second = tier('admin', ['second', 'drop']);
  const baseline = tier('baseline', ['third', 'reject']);
  expect(decided(tier('admin', ['first', 'pass']), second, baseline)).toEqual(same('second'));
  expect(decided(tier('admin', ['first', 'delegate']), second, baseline)).toEqual(same('third'));
  expect(decided(tier('baseline', ['first', 'delegate']), baseline)).toEqual(same('third'));
  expect(decided(tier('admin', ['first', 'delegate']), second)).toEqual(same('workloadDefault'));
});

it('a tier without a match ends with its default', () => expect(decided(tier('admin'))).toEqual(same('tierDefault')));

it('the first rule that is about a port decides it, and passes are about theirs alone', () => {
  const first = tier('admin', ['a', 'allow', [80, 80]], ['b', 'drop', [79, 81]], ['c', 'pass', [0, 89]], ['d', 'reject', [0, 65_535]]);
  expect(decided(first, tier('baseline', ['e', 'allow', [0, 0]]))).toEqual(['e', 'a', 'b', 'd', 'tierDefault']);
});

it('what is delegated meets no later admin tier, and what is passed does', () => {
  const first = tier('admin', ['x', 'delegate', [80, 80]], ['y', 'pass', [81, 81]], ['z', 'allow']);
  expect(decided(first, tier('admin', ['late', 'drop']), tier('baseline', ['base', 'reject']))).toEqual(['z', 'base', 'late', 'z', 'z']);
});
