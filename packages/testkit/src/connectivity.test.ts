/** Lists of connectivity where the random worlds seldom come: ingress controllers, DNS answers, names of parties. */
import { connectivity } from '@firsthop/analysis';
import { loadManifests } from '@firsthop/manifest';
import { parseAddress } from '@firsthop/netaddr';
import { expect, it } from 'vitest';

const pod = (name: string, port: number, more = ''): string => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}${more}}, spec: {containers: [{name: c, ports: [{containerPort: ${port}}]}]}, status: {podIP: 10.0.0.${port % 256}}}`;
const service = '{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}';
const ingress = '{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: front, namespace: shop}, spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}}';
const policy = (kind: 'ingress' | 'egress', rule: string): string => `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [${kind === 'ingress' ? 'Ingress' : 'Egress'}], ${kind}: [${rule}]}}`;
const named = '{apiVersion: firsthop.dev/v1alpha1, kind: SecurityPolicy, metadata: {name: api, namespace: shop}, spec: {appliedTo: [{podSelector: {matchLabels: {app: web}}}], egress: [{action: Allow, to: [{fqdn: api.example.com}]}]}}';

const address = parseAddress('192.0.2.0');
if (!address.ok) throw new Error(address.error);

const listed = (...objects: readonly string[]): string[] => {
  const { clusters, errors } = loadManifests([{ file: 'a.yaml', text: objects.join('\n---\n') }]);
  expect(errors).toEqual([]);
  return connectivity(new Map([...clusters].map(([name, { world }]) => [name, world])), { names: new Map([['api.example.com', [address.value]]]) }).map(({ from, to, allowed }) => `${from} > ${to}: ${allowed}`);
};

it.each([
  { name: 'a controller reaches what an Ingress asks for', rule: '{}', expected: ['{ingress-controller} > shop/web[Pod]: TCP 8080'] },
  { name: 'and only as far as the policy lets everybody', rule: '{ports: [{port: 8000, endPort: 8080}, {port: 53, protocol: UDP}]}', expected: ['{ingress-controller} > shop/web[Pod]: TCP 8080'] },
  { name: 'and not where it does not', rule: '{ports: [{port: 9090}]}', expected: [] },
])('$name', ({ rule, expected }) => {
  expect(listed(pod('web', 8080), service, ingress, policy('ingress', rule)).filter((line) => line.startsWith('{ingress'))).toEqual(expected);
});

it('what DNS answered does not speak for the range that begins with it', () => {
  const lines = listed(pod('web', 8080), named, policy('egress', '{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 443}]}'));
  expect(lines.filter((line) => line.startsWith('shop/web'))).toEqual(['shop/web[Pod] > 192.0.2.0-192.0.2.255[External]: TCP 443']);
});

it('a stranger outside of every prefix is not let in', () => {
  const lines = listed(pod('web', 8080), policy('ingress', '{from: [{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}}], ports: [{port: 443}]}'));
  expect(lines.filter((line) => line.endsWith('TCP 443'))).toEqual(['192.0.2.0-192.0.2.127[External] > shop/web[Pod]: TCP 443']);
});

it('ranges that everybody treats alike are one', () => {
  const lines = listed(pod('web', 8080), policy('ingress', '{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}, {from: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 443}]}'));
  expect(lines.filter((line) => line.includes('> shop/web'))).toEqual(['0.0.0.0-255.255.255.255[External] > shop/web[Pod]: All']);
});

const member = (owner: string, index: number, app: string, last: number): string => `{apiVersion: v1, kind: Pod, metadata: {name: ${owner}-${index}, namespace: shop, labels: {app: ${app}}, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: ${owner}, controller: true}]}, spec: {containers: [{name: c}]}, status: {podIP: 10.0.1.${last}}}`;

it('a party whose pods are not alike has what any of them has', () => {
  const second = policy('ingress', '{ports: [{port: 81}]}').replace('name: p,', 'name: q,').replace('app: web', 'app: old');
  const front = [member('front', 0, 'web', 1), member('front', 1, 'old', 2), member('front', 2, 'web', 3)];
  const back = [member('back', 0, 'x', 4), member('back', 1, 'y', 5)];
  const lines = listed(...front, ...back, pod('api', 9090), policy('ingress', '{ports: [{port: 80}]}'), second);
  expect(lines.filter((line) => line.includes('> shop/front'))).toEqual(['0.0.0.0-255.255.255.255[External]', 'shop/api[Pod]', 'shop/back[StatefulSet]'].map((from) => `${from} > shop/front[StatefulSet]: TCP 80-81`));
});

it('who is like somebody else is a party of his own, unless an owner has both', () => {
  const alike = ['a', 'b'].map((name, i) => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c}]}, status: {podIP: 10.0.2.${i + 1}}}`);
  const lines = listed(...alike, member('front', 0, 'web', 1), member('front', 1, 'web', 2));
  expect(lines.filter((line) => !line.includes('External'))).toEqual(['a[Pod] > shop/b[Pod]', 'a[Pod] > shop/front[StatefulSet]', 'b[Pod] > shop/a[Pod]', 'b[Pod] > shop/front[StatefulSet]', 'front[StatefulSet] > shop/a[Pod]', 'front[StatefulSet] > shop/b[Pod]'].map((pair) => `shop/${pair}: All`));
});
