/** A lab whose one manager becomes two, and then one is killed again: real agents go on enforcing, find the other one, and are told of changes by it. */
import { loadManifests } from '@firsthop/manifest';
import { askControl } from '@firsthop/transport';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentName, LabRun, type ManagerReport } from '../src/lab/lab-run.ts';

const nodes = ['n1', 'n2', 'n3', 'n4'];
const pod = (node: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p-${node}`, namespace: 'app', uid: `u-${node}`, labels: { app: 'web' } }, spec: { nodeName: node, containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip: `10.244.1.${node.slice(1)}` }] } });
const policy = (app: string): object => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web', namespace: 'app' }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app } } }] }] } });
const load = (app: string) => loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...nodes.map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } })), ...nodes.map(pod), policy(app)] }) }]);

const lab = new LabRun({ nodes: nodes.length, outside: [], kernel: 'simulated' });
const settingsOf = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(lab.folder, `${name}.yaml`), 'utf8')) as Record<string, unknown>;
const settle = (name: string, changes: object): void => writeFileSync(join(lab.folder, `${name}.yaml`), JSON.stringify({ ...settingsOf(name), ...changes }));
const agentsAre = async (): Promise<readonly { readonly revision: string; readonly realized?: { readonly digest: string } }[]> => (await Promise.all(lab.topology.nodes.map((node) => askControl(lab.socketOf(agentName(node)), '/status')))) as never;

/** Which manager each node is connected to and in step with, once that is so for all. */
const inStep = async (managers: readonly string[], isSo: (report: ManagerReport) => boolean = () => true): Promise<ReadonlyMap<string, string>> => {
  const missing = new Map<string, string>();
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; await delay(50)) {
    const found = new Map<string, string>();
    for (const name of managers) {
      const report = (await askControl(lab.socketOf(name), '/status').catch(() => undefined)) as ManagerReport | undefined;
      if (report === undefined || !isSo(report)) continue;
      for (const { node, inSync } of report.nodes) if (inSync) found.set(node, name);
    }
    if (found.size === nodes.length) return found;
    for (const node of nodes) missing.set(node, found.get(node) ?? 'nowhere');
  }
  throw new Error(`not in step: ${JSON.stringify([...missing])}`);
};

beforeAll(async () => {
  await lab.up(load('web'));
  await lab.realized();
});
afterAll(() => lab.down());

it('one manager becomes two: with a new epoch, because they number anew', async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
  const first = settingsOf('manager-local') as { readonly listen: { readonly host: string; readonly port: number } };
  await lab.processes.kill('manager-local');
  settle('manager-local', { epoch: 1, replicas: { folder: join(lab.folder, 'shared'), name: 'a' } });
  writeFileSync(join(lab.folder, 'manager-b.yaml'), JSON.stringify(settingsOf('manager-local')));
  settle('manager-b', { listen: { ...first.listen, port }, stateDir: join(lab.folder, 'manager-b'), controlSocket: lab.socketOf('manager-b'), replicas: { folder: join(lab.folder, 'shared'), name: 'b' } });
  lab.processes.restart('manager-local');
  lab.processes.start({ app: 'manager', name: 'manager-b', enter: [], configFile: join(lab.folder, 'manager-b.yaml'), logFile: join(lab.folder, 'manager-b.log') });
  for (const node of lab.topology.nodes) {
    await lab.processes.kill(agentName(node));
    settle(agentName(node), { managers: [first.listen.port, port].map((at) => `wss://${first.listen.host}:${at}/agent`) });
    lab.processes.restart(agentName(node));
  }
  await inStep(['manager-local', 'manager-b']);
});

it('one of two is killed: its agents keep what they enforce, go to the other, and are told of the next change there', async () => {
  const before = await agentsAre();
  await lab.processes.kill('manager-local');
  const moved = await inStep(['manager-b']);
  expect([...new Set(moved.values())]).toEqual(['manager-b']);
  expect((await agentsAre()).map(({ revision, realized }) => [revision, realized?.digest])).toEqual(before.map(({ revision }) => [revision, revision]));
  lab.write('local', lab.materials(load('nobody'), 'local'));
  await inStep(['manager-b'], ({ generation }) => generation === 2);
  const after = await agentsAre();
  for (const [i, { revision }] of after.entries()) expect(revision).not.toBe(before[i]?.revision);
});
