/** Which decisions tell, and that what is told is read as it was meant. */
import type { Decision, DecisionId } from '@firsthop/classifier';
import { expect, it } from 'vitest';
import { decisionLog, readLogPrefix, refusal } from './render-log.ts';

const id = '0123456789abcdef';
const decision = (verdict: Decision['verdict'], log: boolean): Decision => ({ id: id as DecisionId, verdict, log, attribution: { reason: 'rule', direction: 'ingress' } });
const prefixOf = (rule = ''): string => /log prefix "([^"]*)"/.exec(rule)?.[1] ?? '';

it.each([
  { verdict: 'allow', log: false, told: false },
  { verdict: 'allow', log: true, told: true },
  { verdict: 'drop', log: false, told: true },
  { verdict: 'reject', log: false, told: true },
] as const)('$verdict with log $log is told: $told', ({ verdict, log, told }) => {
  const rules = decisionLog(decision(verdict, log));
  expect(rules.map((rule) => readLogPrefix(prefixOf(rule)))).toEqual(told ? [{ verdict, decision: id }] : []);
  // New ones alone, and never without a limit of its own.
  for (const rule of rules) expect(rule).toMatch(/^ct state new limit rate /);
});

it('a refusal is told, counted and dropped under one name', () => {
  const [told, dropped] = refusal('elsewhere', 'ip saddr @local4 ');
  expect([readLogPrefix(prefixOf(told)), dropped]).toEqual([{ verdict: 'drop', system: 'elsewhere' }, 'ip saddr @local4 counter name "c_elsewhere" drop']);
});

it('an encoding may say the verdict alone', () => expect(readLogPrefix('reject')).toEqual({ verdict: 'reject' }));
it.each(['', 'drop ', 'drop x', `drop ${id}0`, `accept ${id}`, `x drop ${id}`])("'%s' is a stranger's", (prefix) => expect(readLogPrefix(prefix)).toBeUndefined());
