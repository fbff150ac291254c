import { describe, expect, it } from 'vitest';
import { type Group, inForce, parseGroup, parsePolicy, type Policy, policyQuotas, type Rule, standingFaults, standingWarnings, type Surroundings, usedQuotas } from './index.ts';

const { perRule, perPolicy } = policyQuotas;
const alone: Surroundings = { tiers: [], groups: [] };
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const policyOf = (kind: string, spec: object): Policy => {
  const apiVersion = kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'firsthop.dev/v1alpha1';
  const { policy, errors } = parsePolicy({ apiVersion, kind, metadata: { name: 'p', namespace: 'a' }, spec }, { cluster: 'local' });
  if (policy === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  return policy;
};
const networkPolicy = (ingress: readonly object[]): Policy => policyOf('NetworkPolicy', { podSelector: {}, ingress });
const tiered = (rules: readonly object[]): Policy => policyOf('SecurityPolicy', { appliedTo: [{ podSelector: {} }], ingress: rules });
const pod = (i: number): object => ({ podSelector: { matchLabels: { app: `a${i}` } } });
const block = (i: number): object => ({ ipBlock: { cidr: `10.${i >> 8}.${i & 255}.0/24` } });
const allowFrom = (count: number, peer: (i: number) => object = pod): object => ({ from: times(count, peer) });

const shape = (rules: readonly Rule[] | undefined): unknown => rules?.map(({ index, action, peers, ports }) => [index, action, peers.kind, ports.kind]);
const ingressOf = (policy: Policy, surroundings = alone): unknown => shape(inForce(policy, surroundings).ingress);
const codes = (policy: Policy, surroundings = alone): string[] => standingFaults(policy, surroundings).map(({ code, path }) => `${code} ${path.join('.')}`);

describe('at a quota a policy is whole, and one further it is closed', () => {
  it('selectors of a rule: the rule alone', () => {
    const full = networkPolicy([allowFrom(perRule.selectors), allowFrom(1)]);
    expect([inForce(full, alone) === full, codes(full)]).toEqual([true, []]);
    const over = networkPolicy([allowFrom(perRule.selectors + 1), allowFrom(1)]);
    expect(ingressOf(over)).toEqual([[0, 'Allow', 'none', 'none'], [1, 'Allow', 'set', 'any']]);
    expect(codes(over)).toEqual(['TOO_LARGE spec.ingress.0']);
    expect(inForce(over, alone).subjects).toEqual(over.subjects);
  });

  it('a rule that drops and is over one drops everything for its subjects', () => {
    const drop = tiered([{ name: 'r', action: 'Drop', from: times(perRule.selectors + 1, pod) }, { name: 's', action: 'Allow' }]);
    expect(ingressOf(drop)).toEqual([[0, 'Drop', 'any', 'any'], [1, 'Allow', 'any', 'any']]);
  });

  it('selectors of a policy: all its rules, said by one', () => {
    const rules = Math.ceil(perPolicy.selectors / perRule.selectors);
    const over = networkPolicy([...times(rules, () => allowFrom(perRule.selectors)), allowFrom(1)]);
    expect(ingressOf(over)).toEqual([[0, 'Allow', 'none', 'none']]);
    expect(codes(over)).toEqual(['TOO_LARGE spec']);
    const mixed = tiered([{ name: 'first', action: 'Allow' }, ...times(rules + 1, (i) => ({ name: `r${i}`, action: 'Pass', from: times(perRule.selectors, pod) }))]);
    expect(ingressOf(mixed)).toEqual([[1, 'Drop', 'any', 'any']]);
  });

  it('an exception counts as much as its block', () => {
    const [blocks, exceptions] = [60, 1000];
    const large = (i: number): object => ({ ipBlock: { cidr: `${i + 1}.0.0.0/8`, except: times(exceptions, (j) => `${i + 1}.${j >> 8}.${j & 255}.0/24`) } });
    expect(ingressOf(networkPolicy([allowFrom(40, large)]))).toEqual([[0, 'Allow', 'set', 'any']]);
    expect(ingressOf(networkPolicy([allowFrom(blocks, large)]))).toEqual([[0, 'Allow', 'none', 'none']]);
  });

  it('blocks are no selectors where they stand alone', () => {
    expect(codes(networkPolicy([allowFrom(perRule.selectors + 1, block)]))).toEqual([]);
  });
});

describe('groups', () => {
  const groupOf = (name: string, members: readonly object[]): Group => {
    const read = parseGroup(new Map(Object.entries({ apiVersion: 'firsthop.dev/v1alpha1', kind: 'ClusterGroup', metadata: { name }, spec: { members } })), { kind: 'ClusterGroup', cluster: 'local' });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    return read.value;
  };
  const large = groupOf('large', times(perRule.selectors + 1, pod));

  it('are counted by their members, and the policy without them is not touched', () => {
    const named = tiered([{ name: 'r', action: 'Allow', from: [{ group: { name: 'large' } }] }, { name: 's', action: 'Allow', from: [pod(1)] }]);
    expect(ingressOf(named, { tiers: [], groups: [large] })).toEqual([[0, 'Allow', 'none', 'none'], [1, 'Allow', 'set', 'any']]);
    expect(codes(named, { tiers: [], groups: [large] })).toEqual(['TOO_LARGE spec.ingress.0']);
    expect(ingressOf(named, { tiers: [], groups: [groupOf('large', [pod(1)])] })).toEqual([[0, 'Allow', 'set', 'any'], [1, 'Allow', 'set', 'any']]);
  });

  it('ten thousand rules that name a group of ten thousand cost what is written, not the product', () => {
    const bomb = tiered(times(10_000, (i) => ({ name: `r${i}`, action: 'Allow', from: [{ group: { name: 'huge' } }] })));
    const huge = groupOf('huge', times(10_000, pod));
    const begun = process.cpuUsage();
    expect(ingressOf(bomb, { tiers: [], groups: [huge] })).toEqual([[0, 'Allow', 'none', 'none']]);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1e6).toBeLessThan(1);
  });
});

describe('what is near a quota is told before it bites', () => {
  const near = Math.ceil(policyQuotas.warnAt * perRule.selectors);
  it.each([
    { name: 'below', count: near - 1, warned: 0, faults: 0 },
    { name: 'near', count: near, warned: 1, faults: 0 },
    { name: 'at it', count: perRule.selectors, warned: 1, faults: 0 },
    { name: 'over it', count: perRule.selectors + 1, warned: 0, faults: 1 },
  ])('$name', ({ count, warned, faults }) => {
    const policy = networkPolicy([allowFrom(count), allowFrom(1)]);
    expect([standingWarnings(policy, alone).length, standingFaults(policy, alone).length]).toEqual([warned, faults]);
    expect(usedQuotas(policy, alone)).toEqual(warned + faults === 0 ? [] : [{ quota: 'selectorsPerRule', used: count, most: perRule.selectors }]);
  });

  it('in words that say what to do', () => {
    const [warning] = standingWarnings(networkPolicy([allowFrom(perRule.selectors)]), alone);
    expect([warning?.path, warning?.message]).toEqual([['spec', 'ingress', 0], `${perRule.selectors} of at most ${perRule.selectors} selectors and other peers in a rule (with its groups' members); beyond it the rule fails closed: split the rule, or say it with fewer`]);
  });
});
