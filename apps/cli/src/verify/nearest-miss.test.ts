/** What a developer reads when a connection was denied. */
import { loadManifests } from '@firsthop/manifest';
import { describe, expect, it } from 'vitest';
import { verifyProbes } from './verify-probes.ts';

const pod = (name: string, labels: string, ip: string): string => `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: ${labels}}\nspec: {nodeName: n1, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}\nstatus: {podIP: ${ip}}\n`;
const world = `${pod('web', '{role: web}', '10.0.0.1')}${pod('api', '{role: api}', '10.0.0.2')}${pod('job', '{}', '10.0.0.3')}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {role: api}}
  ingress:
    - from: [{podSelector: {matchLabels: {role: web}}}]
      ports: [{port: http}, {port: 8443}, {port: 9000, endPort: 9010}]
    - from: [{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}}]
---
apiVersion: firsthop.dev/v1alpha1
kind: ClusterSecurityPolicy
metadata: {name: closed}
spec:
  tier: emergency
  appliedTo: [{podSelector: {matchLabels: {role: web}}}]
  ingress:
    - {name: ops, action: Allow, from: [{cidr: {cidr: 198.51.100.0/24}}], ports: [{protocol: TCP, port: 22}]}
    - {name: rest, action: Drop}
    - {name: too-late, action: Allow, from: [{podSelector: {}}]}
`;

const missOf = (from: unknown, to: unknown, protocol: string, port?: number): unknown => {
  const loaded = loadManifests([{ file: 'a.yaml', text: world }]);
  expect(loaded.errors).toEqual([]);
  const { results, errors } = verifyProbes({ loaded, probes: { probes: [{ from, to, protocol, ...(port === undefined ? {} : { port }) }] }, ipBlocks: 'all' });
  expect(errors).toEqual([]);
  return results[0]?.ingress?.nearestMiss;
};

describe('nearest miss', () => {
  it.each([
    { name: 'another port', ask: ['shop/web', 'shop/api', 'TCP', 8444], differs: 'port', rule: 0, detail: 'TCP 8444, the rule allows TCP "http" or TCP 8443 or TCP 9000-9010' },
    { name: 'another protocol', ask: ['shop/web', 'shop/api', 'UDP', 8080], differs: 'protocol', rule: 0, detail: 'UDP 8080, the rule allows TCP "http" or TCP 8443 or TCP 9000-9010' },
    { name: 'another peer', ask: ['shop/job', 'shop/api', 'TCP', 8443], differs: 'peer', rule: 0, detail: 'shop/job has no labels, the rule allows pods with role=web in namespace shop' },
    { name: 'an address', ask: [{ ip: '192.0.2.200' }, 'shop/api', 'TCP', 1], differs: 'peer', rule: 1, detail: '192.0.2.200, the rule allows 192.0.2.0/24 except 192.0.2.128/25' },
    { name: 'both: fewer differences come first', ask: ['shop/job', 'shop/api', 'TCP', 1], differs: 'peer', rule: 1, detail: 'shop/job has no labels, the rule allows 192.0.2.0/24 except 192.0.2.128/25' },
    { name: 'a rule that comes before the drop', ask: ['shop/job', 'shop/web', 'TCP', 80], differs: 'peer', rule: 0, detail: 'shop/job has no labels, the rule allows 198.51.100.0/24; and TCP 80, the rule allows TCP 22' },
  ])('$name', ({ ask: [from, to, protocol, port], differs, rule, detail }) => {
    expect(missOf(from, to, String(protocol), Number(port))).toMatchObject({ differs, detail, rule: { index: rule } });
  });

  it('is not there where it is allowed', () => {
    expect(missOf('shop/web', 'shop/api', 'TCP', 8443)).toBeUndefined();
  });
});
