/**
 * The whole ladder at one endpoint, for people: each step, each policy that governs, each rule and what it did not like. Pure.
 *
 * @module
 */
import { assertNever } from '@firsthop/base';
import type { Ladder, LadderPolicy, LadderRule, LadderStep } from '@firsthop/policy';
import { refText, ruleText } from '../verify/index.ts';

/** What decided stands out; what led on is marked too. */
const marks: Readonly<Record<LadderRule['effect'], string>> = { decided: '=>', passed: '->', delegated: '->', none: '  ' };
const said: Readonly<Record<LadderRule['effect'], string>> = { decided: 'matches and decides', passed: 'matches: pass on', delegated: 'matches: delegate', none: 'matches, but is not asked any more' };

const ruleLine = (rule: LadderRule): string => `${marks[rule.effect]} ${ruleText(rule)} ${rule.action}: ${rule.differs === undefined ? `${said[rule.effect]} (${rule.detail})` : `${rule.differs} differs: ${rule.detail}`}`;

const policyLines = ({ policy, priority, standing, rules }: LadderPolicy, withClusters: boolean): string[] => {
  const { cluster, ...here } = policy;
  const about = [...(priority === undefined ? [] : [`priority ${priority}`]), ...(standing === 'decides' ? [] : [`${standing}: decides nothing`])];
  const head = `${refText(withClusters ? { ...here, cluster } : here)}${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
  return [`     ${head}`, ...(rules.length === 0 ? ['          no rule in this direction'] : rules.map((rule) => `       ${ruleLine(rule)}`))];
};

const nameOf = (step: LadderStep): string => {
  switch (step.kind) {
    case 'failsafe':
      return 'failsafe ports';
    case 'self':
      return 'a workload reaches itself';
    case 'ownNode':
      return 'the own node reaches its pods';
    case 'tier':
      return `tier ${step.tier} (${step.order})`;
    case 'isolation':
      return 'NetworkPolicy';
    case 'default':
      return `workload default: ${step.enforcement}`;
    default:
      return assertNever(step);
  }
};

const othersText = (others: number): string => (others === 0 ? 'no policy' : others === 1 ? 'its one policy does not govern it' : `none of its ${others} policies governs it`);

const stateOf = (step: LadderStep): string => {
  if (step.state === 'notReached') return 'not reached';
  if ('isExempt' in step && step.isExempt) return 'passed: isolation keeps no pod from its own node';
  if ('policies' in step && step.policies.length === 0) return othersText(step.others);
  if (step.kind === 'tier' && step.isByDefault) return `decided: the end of the tier is ${step.defaultAction}`;
  return step.state;
};

const stepLines = (step: LadderStep, withClusters: boolean): string[] => [`${step.state === 'decided' ? '=>' : '  '} ${nameOf(step)}: ${stateOf(step)}`, ...('policies' in step ? step.policies.flatMap((policy) => policyLines(policy, withClusters)) : [])];

/** Steps that concern nobody here are left out, but for those that hold policies. */
const isTold = (step: LadderStep): boolean => step.state === 'decided' || step.kind === 'tier' || step.kind === 'isolation' || step.kind === 'default';

export const ladderLines = ({ steps }: Ladder, withClusters: boolean): string[] => steps.filter(isTold).flatMap((step) => stepLines(step, withClusters));
