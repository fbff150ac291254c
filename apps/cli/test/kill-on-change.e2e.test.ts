/** `onChange` of policies, with TCP between pods on a real kernel: what Kill allows no more is reset at both ends; what Reevaluate allows no more falls silent; what stays allowed goes on. */
import { LabRun } from '../src/lab/lab-run.ts';
import { loadManifests } from '@firsthop/manifest';
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';

const pod = (name: string, ip: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'app', uid: `uid-${name}`, labels: { role: name } }, spec: { nodeName: 'n1', containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip }] } });
const role = (name: string): object => ({ podSelector: { matchLabels: { role: name } } });
/** Lets `from` come to db on these ports, or keeps it from them. */
const policy = (name: string, onChange: string, from: string, ports: readonly number[], action: 'Allow' | 'Drop' = 'Allow'): object => ({
  apiVersion: 'firsthop.dev/v1alpha1',
  kind: 'SecurityPolicy',
  metadata: { name, namespace: 'app' },
  spec: { onChange, appliedTo: [role('db')], ingress: [{ name: 'in', action, from: [role(from)], ports: ports.map((port) => ({ protocol: 'TCP', port })) }] },
});
const fixed = [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }, pod('db', '10.244.1.1'), pod('web', '10.244.1.2'), pod('other', '10.244.1.3')];
const input = (policies: readonly object[]) => loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...fixed, ...policies] }) }]);

const lab = new LabRun({ nodes: 1, outside: [], kernel: 'linux' });
const children: ChildProcess[] = [];
const apply = async (policies: readonly object[]): Promise<void> => {
  const before = (await lab.managerReport('local')).generation;
  lab.write('local', lab.materials(input(policies), 'local'));
  while ((await lab.managerReport('local')).generation === before) await delay(5);
  await lab.realized();
};
const inside = (name: string, script: string): ChildProcess => {
  const namespace = lab.topology.workloads.find((one) => one.name === `app/${name}`)?.namespace ?? '';
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return child;
};
interface Conversation {
  readonly answers: () => number;
  /** What it ended with. */
  readonly error: () => string | undefined;
}

/** Says something all the time; how often it was answered. */
const conversation = (name: string): Conversation => {
  let [answers, error]: [number, string | undefined] = [0, undefined];
  const child = inside(name, "let n = 0; const c = require('net').connect(7000, '10.244.1.1'); c.on('data', () => n++); c.on('error', (e) => console.log(e.code)); setInterval(() => { if (c.writable) { c.write('x'); console.log(n); } }, 20)");
  child.stdout?.on('data', (text: Buffer) => {
    for (const line of text.toString().trim().split('\n')) if (/^\d+$/.test(line)) answers = Number(line);
    else error = line;
  });
  return { answers: () => answers, error: () => error };
};
/** Whether each of them is answered in a while from now on. */
const goOn = async (all: readonly Conversation[]): Promise<boolean[]> => {
  await delay(700);
  const before = all.map(({ answers }) => answers());
  await delay(500);
  return all.map(({ answers }, i) => answers() > (before[i] ?? 0));
};

const [killing, gentle] = [
  (action: 'Allow' | 'Drop', ...ports: number[]) => policy('killing', 'Kill', 'web', ports, action),
  (action: 'Allow' | 'Drop', ...ports: number[]) => policy('gentle', 'Reevaluate', 'other', ports, action),
];
/** Errors at the server, by the address of whom it spoke with. */
const atServer: string[] = [];

beforeAll(async () => {
  await lab.up(input([killing('Allow', 7000), gentle('Allow', 7000)]));
  await lab.realized();
  const server = inside('db', "require('net').createServer((c) => { const who = c.remoteAddress; c.on('error', (e) => console.log(who + ' ' + e.code)); c.pipe(c); }).listen(7000, '0.0.0.0', () => console.log('up'))");
  await new Promise((resolve) => server.stdout?.once('data', resolve));
  server.stdout?.on('data', (text: Buffer) => atServer.push(...text.toString().trim().split('\n')));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await lab.down();
});

it('what a killing policy allows no more is reset at both ends, what it goes on allowing goes on; another connection of the same server is not touched', async () => {
  const [web, other] = [conversation('web'), conversation('other')];
  await expect.poll(() => Math.min(web.answers(), other.answers()), { timeout: 10_000 }).toBeGreaterThan(5);
  // It is written otherwise, and allows as before.
  await apply([killing('Allow', 7000, 7001), gentle('Allow', 7000)]);
  expect(await goOn([web, other])).toEqual([true, true]);
  await apply([killing('Drop', 7000), gentle('Allow', 7000)]);
  await expect.poll(() => [web.error(), ...atServer], { timeout: 1000, interval: 10 }).toEqual(['ECONNRESET', '10.244.1.2 ECONNRESET']);
  expect(await goOn([other])).toEqual([true]);
  // The same change of one that does not kill: nobody hears anything, and nothing comes by.
  await apply([killing('Drop', 7000), gentle('Drop', 7000)]);
  expect(await goOn([other])).toEqual([false]);
  expect([other.error(), ...atServer]).toEqual([undefined, '10.244.1.2 ECONNRESET']);
});
