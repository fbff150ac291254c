import { loadManifests } from '@firsthop/manifest';
import { formatAddress } from '@firsthop/netaddr';
import { describe, expect, it } from 'vitest';
import { resolveProbe, type VerifyReport, verifyProbes } from './index.ts';

const loaded = loadManifests([
  {
    file: 'a.yaml',
    text: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec: {replicas: 2, template: {metadata: {labels: {app: api}}, spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
---
{apiVersion: firsthop.dev/v1alpha1, kind: VirtualMachine, metadata: {name: pg, namespace: db}, spec: {interfaces: [{name: nic0, addresses: [10.9.0.1]}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {selector: {app: api}, ports: [{name: main, port: 80, targetPort: http}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: api, namespace: shop}, spec: {podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}]}}
`,
  },
]);

const verify = (...probes: object[]): VerifyReport => verifyProbes({ loaded, probes: { probes }, ipBlocks: 'all' });

describe('verify', () => {
  it.each([
    { name: 'named port', probe: { from: 'shop/web', to: 'shop/api', port: 'http' }, verdict: 'allow', reason: 'rule' },
    { name: 'Service port by number', probe: { from: 'shop/web', to: { service: 'shop/api' }, port: 80 }, verdict: 'allow', reason: 'rule' },
    { name: 'Service port by name', probe: { from: 'shop/web', to: { service: 'shop/api' }, port: 'main' }, verdict: 'allow', reason: 'rule' },
    { name: 'another port', probe: { from: 'shop/web', to: 'shop/api', port: 80 }, verdict: 'drop', reason: 'isolated' },
    { name: 'another protocol', probe: { from: 'shop/web', to: 'shop/api-1', protocol: 'UDP', port: 8080 }, verdict: 'drop', reason: 'isolated' },
    { name: 'a machine', probe: { from: 'vm:db/pg', to: 'cluster:local/shop/api', protocol: 'ICMP' }, verdict: 'drop', reason: 'isolated' },
    { name: 'from outside', probe: { from: { ip: '203.0.113.9' }, to: 'shop/api', port: 8080 }, verdict: 'drop', reason: 'isolated' },
    { name: 'from its own node', probe: { from: 'node:node-0', to: 'shop/api', port: 8080 }, verdict: 'allow', reason: 'ownNode' },
  ])('$name', ({ probe, verdict, reason }) => {
    const report = verify({ id: 'p', ...probe });
    expect(report).toMatchObject({ errors: [], results: [{ id: 'p', verdict, ingress: { verdict, reason } }] });
  });

  it('says no egress where nobody judges it', () => expect(verify({ from: { ip: '203.0.113.9' }, to: 'shop/web', port: 1 }).results[0]).toEqual({ id: 'p1', verdict: 'allow', ingress: { verdict: 'allow', reason: 'workloadDefault' } }));

  it.each([
    { probe: { from: 'shop/nobody', to: 'shop/api', port: 1 }, path: 'probes[0].from', code: 'NOT_FOUND' },
    { probe: { from: 'shop/web', to: 'what', port: 1 }, path: 'probes[0].to', code: 'UNKNOWN_VALUE' },
    { probe: { from: 'shop/web', to: { ip: '10.0.0.256' }, port: 1 }, path: 'probes[0].to.ip', code: 'ADDRESS_INVALID' },
    { probe: { from: 'shop/web', to: 'shop/api', port: 'metrics' }, path: 'probes[0].port', code: 'NOT_FOUND' },
    { probe: { from: 'shop/web', to: 'shop/api' }, path: 'probes[0].port', code: 'REQUIRED' },
    { probe: { from: 'vm:db/pg', to: { ip: 'fd00::1' }, port: 1 }, path: 'probes[0]', code: 'FAMILY' },
    { probe: { from: 'shop/web', to: 'shop/api', protocol: 'tcp', port: 1 }, path: 'probes[0].protocol', code: 'UNKNOWN_VALUE' },
  ])('$code at $path', ({ probe, path, code }) => expect(verify(probe)).toMatchObject({ results: [], errors: [{ path, code }] }));

  it('DNS answers may stand beside the probes, and a wrong one is an error', () => {
    const probe = { id: 'a', from: 'shop/web', to: { ip: '203.0.113.7' }, port: 443 };
    const ask = (answers: unknown): VerifyReport => verifyProbes({ loaded, probes: { probes: [probe], answers }, ipBlocks: 'all', at: Date.parse('2027-01-01T00:00:00Z') });
    expect(ask({ 'API.example.com.': ['203.0.113.7'] })).toMatchObject({ errors: [], results: [{ id: 'a', verdict: 'allow' }] });
    expect(ask({ 'api.example.com': ['here'] }).errors).toMatchObject([{ code: 'ADDRESS_INVALID', path: 'answers["api.example.com"]' }]);
    expect(ask({ 'a b': [] }).errors).toMatchObject([{ code: 'UNKNOWN_VALUE' }]);
    expect(ask([]).errors).toMatchObject([{ code: 'TYPE', path: 'answers' }]);
  });

  it('one bad probe does not stop the others', () => expect(verify({ id: 'a' }, { id: 'b', from: 'shop/web', to: 'shop/web', port: 1 })).toMatchObject({ results: [{ id: 'b', verdict: 'allow' }], errors: [{ path: 'probes[0].from' }] }));

  it('no list of probes', () => expect(verifyProbes({ loaded, probes: [], ipBlocks: 'all' })).toMatchObject({ results: [], errors: [{ code: 'REQUIRED' }] }));
});

describe('resolveProbe', () => {
  it('reads ICMP as ICMPv6 in family 6', () => {
    const probe = resolveProbe(loaded, { from: 'shop/web', to: 'shop/api', protocol: 'ICMP', icmp: { type: 8 } }, 6);
    expect(probe).toMatchObject({ ok: true, value: { family: 6, protocol: 58, port: undefined, icmp: { type: 128, code: 0 }, source: { outside: false, workload: { name: 'web' } }, destination: { workload: { name: 'api-0' } } } });
  });

  it('knows who stands behind a written address', () => {
    const to = resolveProbe(loaded, { from: { ip: '198.51.100.1' }, to: { ip: '10.9.0.1' }, port: 5 }, undefined);
    expect(to.ok && [formatAddress(to.value.source.address), to.value.source.outside, to.value.destination.workload?.name]).toEqual(['198.51.100.1', true, 'pg']);
  });
});
