import { loadManifests } from '@firsthop/manifest';
import { describe, expect, it } from 'vitest';
import { engine } from '../engine.ts';
import { worldsOf } from '../input.ts';
import type { AssertionResult } from '../render/assertions.ts';
import { bordersOf } from './borders.ts';
import { checkAssertions } from './check-assertions.ts';
import { parseAssertions } from './parse-assertions.ts';

const loaded = loadManifests([
  {
    file: 'a.yaml',
    text: `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 2, template: {metadata: {labels: {role: web}}, spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {role: api}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: idle, namespace: other, labels: {ns: shop}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: api, namespace: shop}, spec: {podSelector: {matchLabels: {role: api}}, ingress: [{from: [{podSelector: {matchLabels: {role: web}}}], ports: [{port: 1000, endPort: 2000}]}, {from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.128/25]}}], ports: [{port: 443}]}]}}
`,
  },
]);
const worlds = worldsOf(loaded);
const check = (text: string): AssertionResult => {
  const { assertions, faults } = parseAssertions(text);
  expect(faults).toEqual([]);
  const [result] = checkAssertions(assertions, { worlds, ask: engine.ask(worlds, { ipBlocks: 'all', family: undefined }), borders: bordersOf(worlds), families: [4] });
  if (result === undefined) throw new Error('no result');
  return result;
};

describe('assertions that hold', () => {
  it.each([
    'allow role=web shop/api TCP/1000-2000',
    'deny role=web shop/api TCP/2001-65535',
    'deny other/idle shop/api any',
    'allow some any shop/api any',
    'deny some any shop/api any',
    'allow external(203.0.113.0/25) shop/api TCP/443',
    'deny external(203.0.113.128/25) shop/api any',
    'allow any shop/web TCP/http',
    'allow any ns=shop,role!=api any',
    'allow label.ns=shop shop/web any',
    'deny any shop/api ICMP',
    'allow shop/w*b-* other/idle any',
  ])('%s', (text) => expect(check(text)).toMatchObject({ passed: true, failures: 0 }));
});

describe('assertions that fail show why', () => {
  it('with the ports that are otherwise, and no others', () => {
    expect(check('allow role=web shop/api TCP/900-2100').counterexamples.map(({ from, port }) => `${from} ${port}`)).toEqual(['shop/web-0 TCP/900-999', 'shop/web-0 TCP/2001-2100', 'shop/web-1 TCP/900-999', 'shop/web-1 TCP/2001-2100']);
  });

  it('with the addresses that are otherwise, and what decided', () => {
    expect(check('deny external shop/api any')).toMatchObject({ passed: false, failures: 1, counterexamples: [{ from: '203.0.113.0-203.0.113.127', to: 'shop/api', port: 'TCP/443', verdict: 'allow', because: 'ingress: NetworkPolicy shop/api rule 1' }] });
  });

  it.each([
    { text: 'deny ns=nowhere any any', reason: 'FROM means nobody' },
    { text: 'deny any role=nothing any', reason: 'TO means nobody' },
    { text: 'deny shop/api shop/api any', reason: 'no pair' },
    { text: 'deny any other/idle TCP/http', reason: 'no pair' },
  ])('with nobody: $text', ({ text, reason }) => expect(check(text)).toMatchObject({ passed: false, reason: expect.stringContaining(reason) }));
});
