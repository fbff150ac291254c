/** Law: what is written at once is what `canonicalJson` writes of the JSON value, of every object that a plan can hold. */
import { canonicalJson, sha256Hex } from '@firsthop/base';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribution, PlanPolicyRef } from './attribution.ts';
import type { NodePlan, PlanEndpoint, PlanMatch, PlanPeer, PlanRule, PolicyGroup, Stage } from './node-plan.ts';
import { addressGroupId, planRuleId, policyGroupId } from './object-id.ts';
import { endpointText, policyGroupText, ruleText } from './object-text.ts';
import { encodePlan } from './plan-codec.ts';
import { endpointJson, policyGroupJson, ruleJson } from './plan-json.ts';
import { PlanWriter } from './plan-writer.ts';

/** What JSON must escape, what it need not, and what is longer in UTF-8. */
const text = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('a"b', '\\', '\n', 'ü', '\u2028', '\ud83d\ude00', 'web'));
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
/** Without the members that are undefined. */
const defined = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
const address: fc.Arbitrary<Address> = fc.oneof(fc.nat(0xffff_ffff).map(ipv4), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(ipv6));
const addresses = fc.array(address, { maxLength: 4 });
const direction = fc.constantFrom('ingress' as const, 'egress' as const);
const ref = record({ cluster: text, kind: text, name: text, namespace: maybe(text) }).map((it) => defined(it) as PlanPolicyRef);
const attribution = fc
  .record({
    reason: fc.constantFrom('rule' as const, 'isolated' as const, 'tierDefault' as const, 'workloadDefault' as const),
    direction,
    tier: maybe(text),
    policy: maybe(ref),
    rule: maybe(record({ index: fc.nat(), name: maybe(text), id: text }).map(defined)),
    isolatedBy: maybe(fc.array(ref, { maxLength: 2 })),
    owner: maybe(text),
    ticket: maybe(text),
  })
  .map((it) => defined(it) as Attribution);
const { peer } = fc.letrec<{ peer: PlanPeer }>((tie) => ({
  peer: fc.oneof(
    { maxDepth: 2 },
    fc.constant({ kind: 'any' as const }),
    text.map((group) => ({ kind: 'group' as const, group: addressGroupId(group) })),
    fc.array(record({ first: address, last: address }), { maxLength: 2 }).map((ranges) => ({ kind: 'ranges' as const, ranges })),
    record({ kind: fc.constantFrom('every' as const, 'some' as const), peers: fc.array(tie('peer'), { maxLength: 2 }) }),
    tie('peer').map((one) => ({ kind: 'not' as const, peer: one })),
  ) as fc.Arbitrary<PlanPeer>,
}));
const service = record({ protocol: fc.nat(255), ports: maybe(record({ first: fc.nat(), last: fc.nat() })) }).map(defined);
const services = fc.oneof(fc.constant({ kind: 'any' as const }), record({ kind: fc.constant('set' as const), services: fc.array(service, { maxLength: 3 }) })) as fc.Arbitrary<PlanMatch['services']>;
const rule = fc
  .record({
    id: text.map(planRuleId),
    action: fc.constantFrom('allow' as const, 'drop' as const, 'reject' as const, 'pass' as const, 'delegate' as const),
    matches: fc.array(record({ peers: fc.array(peer, { maxLength: 3 }), services }), { maxLength: 3 }),
    attribution,
    log: fc.boolean(),
    kill: maybe(text),
  })
  .map((it) => defined(it) as PlanRule);
const rules = fc.array(text.map(planRuleId), { maxLength: 3 });
const stage: fc.Arbitrary<Stage> = fc.oneof(
  record({ kind: fc.constant('tier' as const), phase: fc.constantFrom('admin' as const, 'baseline' as const), rules, defaultAction: fc.constantFrom('continue' as const, 'drop' as const), atEnd: attribution }),
  record({ kind: fc.constant('isolation' as const), rules, otherwise: attribution }),
  record({ kind: fc.constant('default' as const), verdict: fc.constantFrom('allow' as const, 'drop' as const), attribution }),
);
const stages = fc.array(stage, { maxLength: 3 });
const policyGroup: fc.Arbitrary<PolicyGroup> = record({ id: text.map(policyGroupId), ingress: stages, egress: stages });
const endpoint = fc
  .record({
    id: text,
    kind: fc.constantFrom('pod' as const, 'vm' as const, 'host' as const),
    workload: text,
    addresses,
    mac: maybe(text),
    device: maybe(text),
    allowedAddresses: fc.array(record({ base: address, length: fc.nat(32) }), { maxLength: 3 }),
    allowedMacs: maybe(fc.array(text, { maxLength: 3 })),
    policyGroup: text.map(policyGroupId),
    trialGroup: maybe(text.map(policyGroupId)),
  })
  .map((it) => defined(it) as unknown as PlanEndpoint);

const byId = <T extends { readonly id: string }>(list: readonly T[]): Map<T['id'], T> => new Map(list.map((one) => [one.id, one]));
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength: 3 });
const addressGroup = record({ id: text.map(addressGroupId), members: addresses.map((list) => new Set(list)) });
const digest = text.map(sha256Hex);
const revision = record({ epoch: fc.nat(), watermarks: fc.array(fc.tuple(text, fc.nat()), { maxLength: 3 }).map((list) => new Map(list)), digest });
const plan: fc.Arbitrary<NodePlan> = record({ node: text, revision, ownNode: addresses, addressGroups: some(addressGroup).map(byId), rules: some(rule).map(byId), policyGroups: some(policyGroup).map(byId), endpoints: some(endpoint).map(byId) });

const agrees = <T>(of: fc.Arbitrary<T>, textOf: (value: T) => string, jsonOf: (value: T) => unknown): void => fc.assert(fc.property(of, (value) => textOf(value) === canonicalJson(jsonOf(value))), { numRuns: 1500 });

describe('texts of plan objects', () => {
  it('of rules', () => agrees(rule, ruleText, ruleJson));
  it('of policy groups', () => agrees(policyGroup, policyGroupText, policyGroupJson));
  it('of endpoints', () => agrees(endpoint, endpointText, endpointJson));

  it('of plans, in pieces, however many were written before', () => {
    const writer = new PlanWriter((piece) => piece);
    agrees(plan, (it) => writer.runs(it).flat().join(''), encodePlan);
  });

  it.each([
    { name: 'quotes without escaping', of: rule, textOf: (it: PlanRule) => ruleText({ ...it, id: planRuleId('') }).replace('"id":""', () => `"id":"${it.id}"`), jsonOf: ruleJson },
    { name: 'leaves out why', of: rule, textOf: (it: PlanRule) => ruleText(it).replace(/,"kill":"[^"]*"/, ''), jsonOf: ruleJson },
  ])('but not of one who $name', ({ of, textOf, jsonOf }) => expect(() => agrees(of, textOf, jsonOf)).toThrow('Property failed'));

  it('writes what two plans share once', () => {
    let written = 0;
    const crowd = Array.from({ length: 200 }, (_, i) => ipv4(i));
    const big = ['a', 'b'].map((id) => ({ id: addressGroupId(id), members: new Set(crowd) }));
    fc.assert(
      fc.property(plan, fc.array(endpoint, { maxLength: 2 }), (one, others) => {
        const writer = new PlanWriter((piece) => ({ piece, number: written++ }));
        const [first, second] = [writer.runs(one), writer.runs({ ...one, endpoints: byId(others) })];
        // All but what stands around endpoints and revision.
        expect(second.map((run, i) => run === first[i])).toEqual([true, true, false, true, false, true, true]);
        const groups = [big, [...big, ...one.addressGroups.values()]].map((list) => writer.runs({ ...one, addressGroups: byId(list) }).flat());
        const shared = groups[0]?.filter(({ piece }) => piece.includes('"0.0.0.199"'));
        expect(shared).toHaveLength(2);
        if (!big.some(({ id }) => one.addressGroups.has(id))) for (const piece of shared ?? []) expect(groups[1]).toContain(piece);
      }),
    );
  });
});
