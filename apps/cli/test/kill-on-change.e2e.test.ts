/** `onChange` of policies, with TCP between pods on a real kernel: Kill ends what the policy decides, though it stays allowed; Reevaluate does not. */
import { LabRun } from '../src/lab/lab-run.ts';
import { loadManifests } from '@firsthop/manifest';
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';

const pod = (name: string, ip: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'app', uid: `uid-${name}`, labels: { role: name } }, spec: { nodeName: 'n1', containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip }] } });
const role = (name: string): object => ({ podSelector: { matchLabels: { role: name } } });
/** Lets `from` come to db on 7000 and perhaps on other ports. */
const policy = (name: string, onChange: string, from: string, ports: readonly number[]): object => ({
  apiVersion: 'firsthop.dev/v1alpha1',
  kind: 'SecurityPolicy',
  metadata: { name, namespace: 'app' },
  spec: { onChange, appliedTo: [role('db')], ingress: [{ name: 'in', action: 'Allow', from: [role(from)], ports: ports.map((port) => ({ protocol: 'TCP', port })) }] },
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
/** Says something all the time; how often it was answered. */
const conversation = (name: string): { readonly answers: () => number } => {
  let answers = 0;
  const child = inside(name, "let n = 0; const c = require('net').connect(7000, '10.244.1.1'); c.on('data', () => n++); setInterval(() => { c.write('x'); console.log(n); }, 20)");
  child.stdout?.on('data', (text: Buffer) => void (answers = Number(text.toString().trim().split('\n').at(-1))));
  return { answers: () => answers };
};
/** Whether each of them is answered in a while from now on. */
const goOn = async (all: readonly { readonly answers: () => number }[]): Promise<boolean[]> => {
  await delay(700);
  const before = all.map(({ answers }) => answers());
  await delay(500);
  return all.map(({ answers }, i) => answers() > (before[i] ?? 0));
};

const [killing, gentle] = [(...ports: number[]) => policy('killing', 'Kill', 'web', ports), (...ports: number[]) => policy('gentle', 'Reevaluate', 'other', ports)];

beforeAll(async () => {
  await lab.up(input([killing(7000), gentle(7000)]));
  await lab.realized();
  const server = inside('db', "require('net').createServer((c) => { c.on('error', () => 0); c.pipe(c); }).listen(7000, () => console.log('up'))");
  await new Promise((resolve) => server.stdout?.once('data', resolve));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await lab.down();
});

it('a change of a killing policy ends what it allows and goes on allowing; another connection of the same server goes on', async () => {
  const [web, other] = [conversation('web'), conversation('other')];
  await expect.poll(() => Math.min(web.answers(), other.answers()), { timeout: 10_000 }).toBeGreaterThan(5);
  // The same change of a policy that does not kill ends nothing: what follows is not for the change alone.
  await apply([killing(7000), gentle(7000, 7001)]);
  expect(await goOn([web, other])).toEqual([true, true]);
  await apply([killing(7000, 7001), gentle(7000, 7001)]);
  expect(await goOn([web, other])).toEqual([false, true]);
  const again = conversation('web');
  await expect.poll(() => again.answers(), { timeout: 10_000 }).toBeGreaterThan(5);
  expect(await goOn([again, other])).toEqual([true, true]);
  // To go is a change too: what it decided is decided by the default now, which allows it.
  await apply([gentle(7000, 7001)]);
  expect(await goOn([again, other])).toEqual([false, true]);
});
