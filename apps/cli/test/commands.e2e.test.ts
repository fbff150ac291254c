/** The analysing commands as a shell calls them: what goes where, and how they end. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectGolden } from './golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'firsthop-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const firsthop = (args: readonly string[], input = ''): SpawnSyncReturns<string> => spawnSync(process.execPath, ['apps/cli/src/main.ts', ...args], { encoding: 'utf8', input });

const good = put(
  'good.yaml',
  `{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {role: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {role: api}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: api, namespace: shop}, spec: {podSelector: {matchLabels: {role: api}}, ingress: [{from: [{podSelector: {matchLabels: {role: web}}}], ports: [{port: 80}]}]}}
`,
);
const bad = put('bad.yaml', 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector: {}\n  ingres: []\n');

describe('test', () => {
  it('ends with 0 where all hold', () => {
    const { status, stdout, stderr } = firsthop(['test', '-f', good, '--assert', '-'], 'allow shop/web shop/api TCP/80\ndeny external shop/api any\n');
    expect([status, stdout.split('\n').at(-2), stderr]).toEqual([0, '2 passed, 0 failed', '']);
  });

  it('ends with 3 where one fails, with what decided', () => {
    const { status, stdout } = firsthop(['test', '-f', good, '--assert', '-', '-o', 'json'], 'deny shop/web shop/api any\n');
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ failed: 1, assertions: [{ line: 1, passed: false, counterexamples: [{ from: 'shop/web', to: 'shop/api', port: 'TCP/80', verdict: 'allow' }] }] });
  });

  it.each([
    { name: 'a mistake', text: 'deny shop/web shop/api 80', said: '-:1:24 "80" is no port: write TCP/80' },
    { name: 'nothing at all', text: '# nothing\n', said: 'there is no assertion' },
  ])('ends with 2 for $name', ({ text, said }) => {
    const { status, stdout, stderr } = firsthop(['test', '-f', good, '--assert', '-'], text);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });
});

describe('explain', () => {
  it.each([
    { name: 'denied', args: ['cluster:east/shop/web', 'cluster:east/shop/cart', 'TCP/6379'] },
    { name: 'allowed', args: ['203.0.113.9', 'cluster:east/shop/web', '8080/tcp'] },
  ])('prints the whole ladder: $name', ({ name, args }) => expectGolden(`explain-${name}.txt`, firsthop(['explain', '-f', 'examples/shop', ...args]).stdout));

  it('says who denied, and what would have allowed it', () => {
    const { status, stdout } = firsthop(['explain', '-f', good, 'shop/web', 'shop/api', 'TCP/443']);
    expect(status).toBe(0);
    expect(stdout).toContain('DENIED at shop/api (ingress)');
    expect(stdout).toContain('nearest miss: NetworkPolicy shop/api rule 0');
  });

  it('knows what DNS answers, where it is told', () => {
    const named = put('named.yaml', '{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c}]}}\n---\n{apiVersion: firsthop.dev/v1alpha1, kind: SecurityPolicy, metadata: {name: api, namespace: shop}, spec: {appliedTo: [{podSelector: {matchLabels: {app: web}}}], egress: [{action: Allow, to: [{fqdn: api.example.com}]}, {action: Drop}]}}\n');
    const asked = (...more: readonly string[]) => firsthop(['explain', '-f', named, 'shop/web', '203.0.113.7', 'TCP/443', ...more]);
    expect(asked().stdout).toContain('DENIED at shop/web (egress)');
    expect(asked('--answer', 'api.example.com=203.0.113.6,203.0.113.7').stdout).toContain('ALLOWED');
    expect(asked('--answer', 'api.example.com=203.0.113.6').stdout).toContain('DENIED');
    expect(asked('--answer', 'api.example.com=203.0.113.6', '--answer', 'api.example.com=203.0.113.7').stdout).toContain('=> rule 0 Allow: matches and decides');
    for (const wrong of ['api.example.com', 'api.example.com=nonsense', '=1.2.3.4']) expect([asked('--answer', wrong).status, asked('--answer', wrong).stderr]).toEqual([2, expect.stringContaining('--answer')]);
  });

  it.each([['shop/nobody', 'shop/api', 'TCP/80'], ['shop/web', 'shop/api', 'QUIC/80']])('%s %s %s is a wrong use', (...args) => expect(firsthop(['explain', '-f', good, ...args]).status).toBe(2));
});

describe('what is wrong with the input', () => {
  it('has file, line, path, code, and what to do', () => {
    const { status, stderr } = firsthop(['test', '-f', bad, '--assert', '-'], 'deny any any any\n');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: .*bad\.yaml:6 spec\.ingres: .* \[UNKNOWN_FIELD\]\n {2}what to do: /);
  });

  it.each([['verify'], ['nonsense'], ['diff', '-f', '.'], ['verify', '-f', '.', '--probes', 'x', '-o', 'yaml']])('firsthop %s ... is a wrong use', (...args) => {
    const { status, stdout } = firsthop(args);
    expect([status, stdout]).toEqual([2, '']);
  });
});
