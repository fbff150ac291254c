import { describe, expect, it } from 'vitest';
import { decides, nextEdge, parsePolicy, policiesAt, type Policy, policyTies, stageFaults, whatIf } from './index.ts';

const policy = (name: string, spec: object = {}): Policy => {
  const { policy: read, errors } = parsePolicy({ apiVersion: 'firsthop.dev/v1alpha1', kind: 'SecurityPolicy', metadata: { name, namespace: 'a' }, spec: { appliedTo: [{ podSelector: {} }], ingress: [{ name, action: 'Drop' }], ...spec } }, { cluster: 'local' });
  if (read === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  return read;
};
/** Name and first rule of each. */
const names = (policies: readonly Policy[]): string[] => policies.map(({ ref, ingress }) => `${ref.name}: ${ingress?.[0]?.name ?? ''}`);

const replace = policy('draft', { stage: { of: 'live', action: 'Replace' } });
const remove = policy('removal', { stage: { of: 'live', action: 'Delete' } });
const watch = policy('watch', { mode: 'Monitor' });
const live = policy('live');

describe('what if', () => {
  it.each([
    { name: 'nothing is on trial', policies: [live], is: ['live: live'] },
    { name: 'Monitor is enforced', policies: [live, watch], is: ['live: live', 'watch: watch'] },
    { name: 'a draft takes the place and the name', policies: [replace, live], is: ['live: draft'] },
    { name: 'a removal removes', policies: [live, remove, watch], is: ['watch: watch'] },
    { name: 'the first of two drafts counts', policies: [remove, replace, live], is: ['live: draft'] },
    { name: 'a draft of nothing is nothing', policies: [replace, watch], is: ['watch: watch'] },
  ])('$name', ({ policies, is }) => {
    expect(names(whatIf(policies))).toEqual(is);
    expect(whatIf(policies).every(decides)).toBe(true);
  });
});

describe('drafts among others', () => {
  it.each([
    { name: 'of a live one', of: replace, policies: [replace, live], is: [] },
    { name: 'of nobody', of: replace, policies: [replace, watch], is: ['NOT_FOUND'] },
    { name: 'of a draft', of: policy('meta', { stage: { of: 'draft', action: 'Delete' } }), policies: [replace, live], is: ['NOT_FOUND'] },
    { name: 'the second of one', of: remove, policies: [replace, remove, live], is: ['DUPLICATE'] },
  ])('$name', ({ of, policies, is }) => expect(stageFaults(of, policies).map(({ code }) => code)).toEqual(is));
  it('tie with nobody', () => expect([policyTies([live, replace, watch]), policyTies([live, policy('other')]).length]).toEqual([[], 1]));
});

describe('moments', () => {
  const short = policy('short', { expiresAt: '2027-01-01T00:00:00Z' });
  const night = policy('night', { schedule: { zone: 'UTC', from: '20:00', to: '06:00' } });
  const noon = Date.UTC(2026, 11, 31, 12);
  it('a policy outside of its window is absent', () => {
    expect(names(policiesAt([live, short, night], noon))).toEqual(['live: live', 'short: short']);
    expect(names(policiesAt([live, short, night], noon + 13 * 3_600_000))).toEqual(['live: live', 'night: night']);
    expect(policiesAt([live, short, night], undefined)).toHaveLength(3);
  });
  it('the next edge is the nearest of all', () => expect([nextEdge([live, short, night], noon), nextEdge([live, short], noon), nextEdge([live], noon)]).toEqual([noon + 8 * 3_600_000, noon + 12 * 3_600_000, undefined]));
});
