/**
 * Small plans by chance, of every kind of object.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import { addressGroupId, type Attribution, type NodePlan, planDigest, type PlanRule, planRuleId, type PolicyGroup, policyGroupId, type Stage } from '@firsthop/plan';
import * as fc from 'fast-check';

const address: fc.Arbitrary<Address> = fc.oneof(fc.integer({ min: 1, max: 6 }).map(ipv4), fc.bigInt({ min: 1n, max: 3n }).map(ipv6));
const addresses = fc.uniqueArray(address, { maxLength: 5 });
const id = fc.constantFrom('a', 'b', 'c').map(contentId);
const attribution: Attribution = { reason: 'rule', direction: 'ingress', policy: { cluster: 'east', kind: 'NetworkPolicy', namespace: 'shop', name: 'web' }, rule: { index: 0, id: contentId('r') } };

const rule = (id: string, group: string, port: number): PlanRule => ({
  id: planRuleId(id),
  action: 'allow',
  matches: [
    {
      peers: [{ kind: 'group', group: addressGroupId(group) }, { kind: 'every', peers: [{ kind: 'not', peer: { kind: 'group', group: addressGroupId(group) } }, { kind: 'some', peers: [{ kind: 'ranges', ranges: [{ first: ipv4(10), last: ipv4(20 + port) }] }] }] }],
      services: { kind: 'set', services: [{ protocol: 6, ports: { first: port, last: port } }, { protocol: 47 }] },
    },
  ],
  attribution,
  log: port === 1,
});
const end: Stage = { kind: 'default', verdict: 'allow', attribution: { reason: 'workloadDefault', direction: 'ingress' } };

/** Plans of node `n1` whose references hold by construction; small enough that two of them have much in common. */
export const randomPlan: fc.Arbitrary<NodePlan> = fc
  .record({
    epoch: fc.integer({ min: 0, max: 3 }),
    watermark: fc.nat(9),
    ownNode: addresses,
    groups: fc.dictionary(id, addresses, { noNullPrototype: true, maxKeys: 3 }),
    rules: fc.array(fc.record({ id, port: fc.integer({ min: 1, max: 3 }), group: fc.nat() }), { maxLength: 3 }),
    policies: fc.array(fc.record({ id, isolates: fc.boolean(), verdict: fc.constantFrom('allow' as const, 'drop' as const) }), { maxLength: 3 }),
    endpoints: fc.array(fc.record({ id: fc.constantFrom('e1', 'e2', 'e3'), policy: fc.nat(), addresses, mac: fc.option(fc.constant('02:00:00:00:00:01'), { nil: undefined }) }), { maxLength: 3 }),
  })
  .map((it) => {
    const addressGroups = new Map(Object.entries(it.groups).map(([id, members]) => [addressGroupId(id), { id: addressGroupId(id), members: new Set(members) }]));
    const known = [...addressGroups.keys()];
    const rules = new Map(it.rules.filter(() => known.length > 0).map(({ id, port, group }) => [planRuleId(id), rule(id, known[group % known.length] ?? '', port)]));
    const isolation: Stage = { kind: 'isolation', rules: [...rules.keys()], otherwise: { reason: 'isolated', direction: 'ingress' } };
    const policies = new Map(
      it.policies.map(({ id, isolates, verdict }): [PolicyGroup['id'], PolicyGroup] => [policyGroupId(id), { id: policyGroupId(id), ingress: isolates ? [isolation, end] : [end], egress: [{ ...end, kind: 'default', verdict }] }]),
    );
    const groups = [...policies.keys()];
    const endpoints = new Map(
      it.endpoints
        .filter(() => groups.length > 0)
        .map(({ id, policy, addresses, mac }) => [id, { id, kind: 'pod' as const, workload: `shop/${id}`, addresses, ...(mac === undefined ? {} : { mac, allowedMacs: ['00:00:5e:00:02:01', '00:00:5e:00:01:07'] }), allowedAddresses: [], policyGroup: groups[policy % groups.length] ?? policyGroupId('') }]),
    );
    const content = { node: 'n1', ownNode: it.ownNode, addressGroups, rules, policyGroups: policies, endpoints };
    return { ...content, revision: { epoch: it.epoch, watermarks: new Map([['dir', it.watermark]]), digest: planDigest(content) } };
  });
