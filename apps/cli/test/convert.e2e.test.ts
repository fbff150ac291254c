/** `firsthop convert` as people call it: what it writes is judged as what it read. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = new URL('../../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'firsthop-convert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const firsthop = (...line: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => spawnSync(join(root, 'apps/cli/bin/firsthop'), line, { encoding: 'utf8', cwd: folder });

const put = (path: string, text: string): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const pod = (namespace: string, name: string): string => `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}\n`;
put('good/pods.yaml', pod('shop', 'web') + pod('shop', 'api') + pod('shop', 'db') + pod('ops', 'mon'));
put('good/calico.yaml', `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: default.api, namespace: shop}\nspec:\n  selector: app == 'api'\n  ingress: [{action: Allow, source: {selector: app == 'web'}}, {action: Log}]\n`);
put('good/antrea.yaml', 'apiVersion: crd.antrea.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata: {name: db}\nspec:\n  priority: 1.5\n  appliedTo: [{podSelector: {matchLabels: {app: db}}}]\n  ingress: [{action: Pass, from: [{namespaces: {match: Self}}]}, {action: Drop}]\n');
put('good/cilium.yaml', 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec:\n  endpointSelector: {matchLabels: {app: web}}\n  egress: [{toCIDR: [0.0.0.0/0]}, {toEndpoints: [{matchLabels: {app: api}}]}]\n');
put('bad/policy.yaml', 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec:\n  endpointSelector: {matchLabels: {app: web}}\n  egress:\n    - toGroups: [{}]\n');
put('odd/policy.yaml', 'apiVersion: firsthop.dev/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: ../../escaped, namespace: shop}\nspec: {}\n');
const parties = ['shop/web', 'shop/api', 'shop/db', 'ops/mon', { ip: '203.0.113.9' }];
put('probes.json', JSON.stringify({ probes: parties.flatMap((from, i) => parties.filter((to) => to !== from).map((to, j) => ({ id: `${i}-${j}`, from, to, protocol: 'TCP', port: 80 }))) }));

const results = (where: string): unknown => (JSON.parse(firsthop('verify', '-f', where, '--probes', 'probes.json', '-o', 'json').stdout) as { readonly results: unknown }).results;

it('verify of the converted folder equals verify of the foreign one', () => {
  const converted = firsthop('convert', '-f', 'good', '-o', 'converted');
  expect([converted.status, converted.stdout]).toEqual([0, '']);
  expect(converted.stderr).toContain('good/calico.yaml:6 spec.ingress[1].action: Log decides nothing');
  expect(results('converted')).toEqual(results('good'));
  expect(results('good')).toHaveLength(20);
  expect(JSON.stringify(results('good'))).toContain('"policy":{"kind":"ClusterSecurityPolicy","name":"antrea.db"}');
});

it('one stream says the same', () => {
  const { status, stdout } = firsthop('convert', '-f', 'good');
  put('stream/all.yaml', stdout);
  expect(status).toBe(0);
  expect(results('stream')).toEqual(results('good'));
});

it('what cannot be said has its file, line and path, and writes nothing unless it is told to go on', () => {
  const refused = firsthop('convert', '-f', 'bad', '-o', 'refused');
  expect([refused.status, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('error: bad/policy.yaml:7 spec.egress[0].toGroups: ');
  expect(readdirSync(folder)).not.toContain('refused');
  const goes = firsthop('convert', '-f', 'bad', '--keep-going');
  expect(goes.status).toBe(2);
  expect(goes.stdout).toContain('default-deny-egress');
  expect(goes.stdout).not.toContain('Allow\n');
});

it('never writes out of its folder, and never into one that holds something', () => {
  expect(firsthop('convert', '-f', 'odd', '-o', 'odd-out').status).toBe(0);
  expect(readdirSync(join(folder, 'odd-out'))).toHaveLength(1);
  const again = firsthop('convert', '-f', 'odd', '-o', 'odd-out');
  expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('is not empty')]);
});
