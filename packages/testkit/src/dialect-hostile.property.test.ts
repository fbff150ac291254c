/**
 * Laws of translation, whatever the objects: nothing throws, nothing of ours is spoilt by it, and what is written our own readers read
 * without a fault.
 */
import { translate } from '@firsthop/dialect';
import { loadManifests } from '@firsthop/manifest';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const names = [
  'spec', 'specs', 'metadata', 'name', 'namespace', 'labels', 'tier', 'priority', 'order', 'selector', 'appliedTo', 'ingress', 'egress', 'ingressDeny', 'egressDeny', 'action', 'from', 'to', 'ports', 'port', 'endPort', 'protocol', 'protocols', 'source', 'destination', 'nets', 'notNets',
  'notSelector', 'notPorts', 'namespaceSelector', 'podSelector', 'matchLabels', 'matchExpressions', 'key', 'operator', 'values', 'endpointSelector', 'fromEndpoints', 'toEndpoints', 'fromCIDR', 'toCIDRSet', 'fromEntities', 'toEntities', 'toPorts', 'icmps', 'toFQDNs', 'matchName', 'group',
  'ipBlock', 'ipBlocks', 'cidr', 'except', 'fqdn', 'serviceAccount', 'types', 'stagedAction', '__proto__', 'constructor', 'toString', 'a', 'k8s:io.kubernetes.pod.namespace', 'reserved:world',
];
const values = fc.oneof(
  fc.constantFrom('Allow', 'Deny', 'Drop', 'Pass', 'Log', 'Reject', 'TCP', 'ICMP', 'ANY', '10.0.0.0/8', '::/0', '10.0.0.1', "app == 'a'", 'has(x) || !has(y)', 'world', 'all', 'In', 'Exists', 'default', 'baseline', 'x', '80', '80:90', 'Ingress', 'Egress', 'Set', '*.a.b', '\u001b[31m'),
  fc.constantFrom<unknown>(80, 0, -1, 1.5, 1e300, null, true, false),
  fc.string({ maxLength: 4 }),
);
const trees = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'medium' }, values, fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 5 })),
})).any;

const kinds = [
  ['crd.antrea.io/v1beta1', ['ClusterNetworkPolicy', 'NetworkPolicy', 'Tier', 'ClusterGroup', 'Group']],
  ['projectcalico.org/v3', ['GlobalNetworkPolicy', 'NetworkPolicy', 'Tier', 'NetworkSet', 'GlobalNetworkSet', 'StagedGlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedKubernetesNetworkPolicy']],
  ['cilium.io/v2', ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']],
] as const;
const types = kinds.flatMap(([apiVersion, list]) => list.map((kind) => ({ apiVersion, kind })));

/** Half of them have the shape of a policy on top, so that their rules are reached. */
const rules = fc.array(fc.dictionary(fc.constantFrom(...names), trees, { maxKeys: 5 }), { maxLength: 3 });
const shaped = fc.record({ tier: fc.constantFrom(undefined, 'default', 'platform'), priority: fc.constantFrom<unknown>(1, 2.5, undefined), appliedTo: fc.constantFrom<unknown>([{ podSelector: {} }], undefined), endpointSelector: fc.constantFrom<unknown>({}, undefined), selector: fc.constantFrom(undefined, 'all()'), ingress: rules, egress: rules });
const clean = (spec: object): object => Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
const objects = fc.tuple(fc.constantFrom(...types), fc.oneof(trees, shaped.map(clean)), fc.constantFrom('a', 'b', 'B c', '-')).map(([type, spec, name]) => ({ ...type, metadata: { name, namespace: 'shop', labels: { app: 'a' } }, spec }));

it('never throws, and answers for each', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(objects, trees), { maxLength: 4 }), (set) => {
      expect(translate(set)).toHaveLength(set.length);
    }),
    { numRuns: 2000 },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
});

it('writes what our own readers read without a fault', () => {
  fc.assert(
    fc.property(fc.uniqueArray(objects, { maxLength: 3, selector: ({ apiVersion, kind, metadata: { name } }) => `${apiVersion} ${kind} ${name}` }), (set) => {
      const items = translate(set).flatMap((one) => one.objects);
      const { errors, warnings } = loadManifests([{ file: 'translated.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }]);
      // Of two systems, policies in tiers that do not exist meet in the same place of ours; both only drop there.
      expect([errors, warnings.filter(({ code }) => code !== 'PRIORITY_TIE')]).toEqual([[], []]);
    }),
    { numRuns: 1000 },
  );
});

it('does not depend on the order of files', () => {
  fc.assert(
    fc.property(fc.uniqueArray(objects, { maxLength: 4, selector: ({ apiVersion, kind, metadata: { name } }) => `${apiVersion} ${kind} ${name}` }), (set) => {
      const texts = (list: readonly unknown[]): string[] => translate(list).flatMap((one) => one.objects.map((object) => JSON.stringify(object))).sort();
      expect(texts([...set].reverse())).toEqual(texts(set));
    }),
    { numRuns: 500 },
  );
});
