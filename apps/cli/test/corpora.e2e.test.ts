/**
 * Every case of the conformance corpora, asked of the public command line: cyclonus' truth tables and the ClusterNetworkPolicy
 * conformance steps of `verify`, netpol-analyzer's lists of `connectivity`.
 */
import { type CyclonusStep, readCyclonus } from '@firsthop/testkit';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const fixtures = new URL('../../../packages/testkit/fixtures/', import.meta.url);
const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, fixtures), 'utf8')) as T;

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'firsthop-corpora-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of a command that is expected to end well. */
const firsthop = async (...line: readonly string[]): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['apps/cli/src/main.ts', ...line, '-o', 'json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as unknown;
};

interface Result {
  readonly verdict: string;
  readonly egress?: { readonly verdict: string };
  readonly ingress?: { readonly verdict: string };
}

let files = 0;

const verify = async (items: readonly unknown[], probes: readonly object[]): Promise<readonly Result[]> => {
  const name = join(folder, String(files++));
  writeFileSync(`${name}.json`, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  writeFileSync(`${name}.probes`, JSON.stringify({ probes }));
  const { results } = (await firsthop('verify', '-f', `${name}.json`, '--probes', `${name}.probes`)) as { readonly results: readonly Result[] };
  return results;
};

const manifestsOf = ({ namespaces, pods, policies }: CyclonusStep): unknown[] => [
  ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
  ...pods.map(({ namespace, name, labels, ip, ports }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    spec: { nodeName: 'node', containers: [{ name: 'main', ports: ports.map((port) => ({ name: port.name, containerPort: port.port, protocol: port.protocol })) }] },
    status: { podIP: ip },
  })),
  ...(policies ?? []),
];

const end = (text: string): unknown => (text.includes('/') ? text : { ip: text });

describe.concurrent('cyclonus, by verify', () => {
  it.each(readCyclonus())('$id $description', async ({ steps }) => {
    for (const step of steps) {
      const rows = step.verdicts.filter(([from, to]) => from !== to);
      const results = await verify(manifestsOf(step), rows.map(([from, to, protocol, port], id) => ({ id: String(id), from: end(from), to: end(to), protocol, port })));
      const isAllow = (decision: Result['egress']): boolean => decision?.verdict !== 'drop' && decision?.verdict !== 'reject';
      const is = results.map(({ verdict, ingress, egress }, i) => [...(rows[i] ?? []).slice(0, 4), isAllow(ingress), isAllow(egress), verdict === 'allow']);
      expect(is).toEqual(rows);
    }
  });
});

interface Step {
  readonly policies: readonly unknown[];
  readonly namespaces: readonly unknown[];
  readonly pokes: readonly { readonly from: string; readonly toIP: string; readonly protocol: string; readonly port: number; readonly expect: 'allow' | 'deny' }[];
}

interface Conformance {
  readonly nodes: readonly unknown[];
  readonly pods: readonly unknown[];
  readonly cases: readonly { readonly name: string; readonly steps: readonly Step[] }[];
}

const conformance = read<Conformance>('network-policy-api/cases.json');

describe.concurrent('ClusterNetworkPolicy conformance, by verify', () => {
  it.each(conformance.cases)('$name', async ({ steps }) => {
    for (const { policies, namespaces, pokes } of steps) {
      const results = await verify([...conformance.nodes, ...namespaces, ...conformance.pods, ...policies], pokes.map(({ from, toIP, protocol, port }, id) => ({ id: String(id), from, to: { ip: toIP }, protocol, port })));
      // A denial is a silent drop.
      expect(results.map(({ verdict }) => verdict)).toEqual(pokes.map((poke) => (poke.expect === 'deny' ? 'drop' : 'allow')));
    }
  });
});

interface Listed {
  readonly name: string;
  readonly dir: string;
  readonly expectedFile: string;
}

/** That project knows no ICMP, and calls the three transports whole by another name. */
const lineOf = ({ from, to, allowed }: { readonly from: string; readonly to: string; readonly allowed: string }): string[] => {
  const items = allowed.split(';').filter((item) => !item.startsWith('ICMP'));
  if (items.length === 0) return [];
  return [`${from} => ${to} : ${items[0] === 'All' ? 'All Connections' : items.sort().join(',')}`];
};

describe.concurrent('netpol-analyzer, by connectivity', () => {
  it.each(read<readonly Listed[]>('netpol-analyzer/cases.json'))('$name', async ({ dir, expectedFile }) => {
    const { connections } = (await firsthop('connectivity', '-f', new URL(`netpol-analyzer/${dir}`, fixtures).pathname, '--ip-blocks', 'external')) as { readonly connections: readonly Parameters<typeof lineOf>[0][] };
    const expected = readFileSync(new URL(`netpol-analyzer/${expectedFile}`, fixtures), 'utf8').split('\n').filter((line) => line !== '');
    expect(connections.flatMap(lineOf).sort()).toEqual(expected.sort());
  });
});
