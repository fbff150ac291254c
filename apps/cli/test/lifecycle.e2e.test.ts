/**
 * What happens over time: policy and label changes, recreated pods, and processes that are killed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadManifests } from '@firsthop/manifest';
import type { LinuxGround } from '@firsthop/lab';
import { protocolNumbers } from '@firsthop/netaddr';
import { askControl } from '@firsthop/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentName, LabRun } from '../src/lab/lab-run.ts';
import { ProbeRunner } from '../src/lab/probe-runner.ts';

const pod = (name: string, node: string, ip: string, labels: object): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'app', uid: `uid-${name}-${ip}-${JSON.stringify(labels).length}`, labels }, spec: { nodeName: node, containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip }] } });
const policy = (role: string): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'db', namespace: 'app' },
  spec: { podSelector: { matchLabels: { role: 'db' } }, ingress: [{ from: [{ podSelector: { matchLabels: { role } } }] }] },
});
const nodes = ['n1', 'n2', 'n3'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } }));
const pods = [pod('db', 'n1', '10.244.1.1', { role: 'db' }), pod('web', 'n2', '10.244.1.2', { role: 'web' }), pod('job', 'n2', '10.244.1.3', { role: 'job' }), pod('other', 'n3', '10.244.1.4', { role: 'other' })];

const load = (objects: readonly object[]) => loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) }]);

describe('a lab over time', () => {
  const lab = new LabRun({ nodes: 3, outside: [], kernel: 'linux' });
  let runner: ProbeRunner;
  const linux = (): LinuxGround => lab.ground as LinuxGround;
  const input = (objects: readonly object[]) => load([...nodes, ...objects]);
  const apply = async (objects: readonly object[]): Promise<void> => {
    const before = (await lab.managerReport('local')).generation;
    lab.write('local', lab.materials(input(objects), 'local'));
    while ((await lab.managerReport('local')).generation === before) await delay(5);
    await lab.realized();
  };
  const ask = async (from: string, to: string): Promise<string | undefined> => {
    const at = (name: string) => {
      const address = lab.topology.workloads.find((workload) => workload.name === `app/${name}`)?.addresses[0];
      if (address === undefined) throw new Error(`no ${name}`);
      return { address };
    };
    return (await runner.observeAll([{ source: at(from), destination: at(to), protocol: protocolNumbers.TCP, port: 5432 }]))[0]?.verdict;
  };

  beforeAll(async () => {
    await lab.up(input([...pods, policy('web')]));
    await lab.realized();
    runner = new ProbeRunner(lab);
  });
  afterAll(() => lab.down());

  it('begins as the policy says', async () => {
    expect([await ask('web', 'db'), await ask('job', 'db'), await ask('db', 'job')]).toEqual(['allow', 'drop', 'allow']);
  });

  it('a changed policy reaches the concerned node and no other', async () => {
    const planFiles = lab.topology.nodes.map((node) => join(lab.folder, agentName(node), 'plan.json'));
    const before = planFiles.map((file) => statSync(file).mtimeMs);
    await apply([...pods, policy('job')]);
    expect([await ask('web', 'db'), await ask('job', 'db')]).toEqual(['drop', 'allow']);
    const touched = planFiles.map((file, i) => statSync(file).mtimeMs !== before[i]);
    expect(touched).toEqual([true, false, false]);
  });

  it('a changed label is judged at once', async () => {
    const relabelled = pods.map((one) => (JSON.stringify(one).includes('"web"') ? pod('web', 'n2', '10.244.1.2', { role: 'job' }) : one));
    await apply([...relabelled, policy('job')]);
    expect(await ask('web', 'db')).toBe('allow');
    await apply([...pods, policy('job')]);
    expect(await ask('web', 'db')).toBe('drop');
  });

  it('an address that moves to another pod on another node is judged as what it is now', async () => {
    const old = lab.topology.workloads.find(({ name }) => name === 'app/job');
    if (old === undefined) throw new Error('no job');
    linux().prober.forget(old.namespace);
    await linux().network.remove(old);
    await linux().network.add({ cluster: 'local', kind: 'pod', name: 'app/intruder', node: 'n3', addresses: old.addresses });
    const now = [...pods.filter((one) => !JSON.stringify(one).includes('"job"')), pod('intruder', 'n3', '10.244.1.3', { role: 'intruder' }), policy('job')];
    await apply(now);
    expect(await ask('intruder', 'db')).toBe('drop');
    const back = lab.topology.workloads.find(({ name }) => name === 'app/intruder');
    if (back === undefined) throw new Error('no intruder');
    linux().prober.forget(back.namespace);
    await linux().network.remove(back);
    await linux().network.add({ cluster: 'local', kind: 'pod', name: 'app/job', node: 'n1', addresses: old.addresses });
    await apply([...pods.map((one) => (JSON.stringify(one).includes('"job"') ? pod('job', 'n1', '10.244.1.3', { role: 'job' }) : one)), policy('job')]);
    expect(await ask('job', 'db')).toBe('allow');
  });

  const moved = (role: string): object[] => [...pods.map((one) => (JSON.stringify(one).includes('"job"') ? pod('job', 'n1', '10.244.1.3', { role: 'job' }) : one)), policy(role)];

  // 2 s from the start of the process, so its own start counts too.
  it.each([
    { who: 'the manager', names: ['manager-local'], role: 'web', within: 2000 },
    { who: 'an agent', names: ['agent-local-n1'], role: 'job', within: 2000 },
    // Four processes start from source on two cores here.
    { who: 'all of them at once', names: ['manager-local', 'agent-local-n1', 'agent-local-n2', 'agent-local-n3'], role: 'web', within: 6000 },
  ])('kill -9 of $who changes nothing, and it is in step within $within ms after it is started again', async ({ names, role, within }) => {
    const [now, then] = role === 'web' ? ['job', 'web'] : ['web', 'job'];
    for (const name of names) await lab.processes.kill(name);
    expect([await ask(now, 'db'), await ask(then, 'db'), await ask('db', 'web')]).toEqual(['allow', 'drop', 'allow']);
    lab.write('local', lab.materials(input(moved(role)), 'local'));
    const started = performance.now();
    for (const name of names) lab.processes.restart(name);
    await delay(100);
    await lab.realized(8000);
    const converged = performance.now() - started;
    expect([await ask(now, 'db'), await ask(then, 'db')]).toEqual(['drop', 'allow']);
    expect(converged).toBeLessThan(within);
  });

  it('a conversation that policy denies ends in both directions, and another one goes on', async () => {
    const closed = (role: string): object => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `closed-${role}`, namespace: 'app' }, spec: { podSelector: { matchLabels: { role } }, policyTypes: ['Ingress'], ingress: [] } });
    const both = { ...policy('job'), spec: { podSelector: { matchLabels: { role: 'db' } }, ingress: [{ from: [{ podSelector: { matchLabels: { role: 'job' } } }, { podSelector: { matchLabels: { role: 'other' } } }] }] } };
    const others = [...moved('web').slice(0, -1), closed('job'), closed('other')];
    await apply([...others, both]);
    const workloadOf = (name: string) => lab.topology.workloads.find((one) => one.name === `app/${name}`) ?? (() => { throw new Error(`no ${name}`); })();
    const inside = (name: string, script: string) => spawn('ip', ['netns', 'exec', workloadOf(name).namespace, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    // Both on one node: what a far node took for the answer to a question of its own, it still takes for that.
    // Whoever asks once is answered for ever: nothing but replies keep this up.
    const server = inside('db', "const s = require('dgram').createSocket('udp4'); s.on('message', (_, a) => setInterval(() => s.send('x', a.port, a.address), 10)); s.bind(7000, () => console.log('ready'));");
    const heard = new Map<string, number>();
    const listener = (name: string) => {
      const child = inside(name, "const s = require('dgram').createSocket('udp4'); let n = 0; s.on('message', () => n++); setInterval(() => console.log(n), 50); s.bind(0, () => s.send('x', 7000, '10.244.1.1'));");
      child.stdout.on('data', (text: Buffer) => void heard.set(name, Number(text.toString().trim().split('\n').at(-1))));
      return child;
    };
    const children = [server];
    try {
      await new Promise((resolve) => server.stdout.once('data', resolve));
      children.push(listener('job'), listener('other'));
      for (let i = 0; i < 100 && Math.min(heard.get('job') ?? 0, heard.get('other') ?? 0) < 20; i++) await delay(50);
      expect(Math.min(heard.get('job') ?? 0, heard.get('other') ?? 0)).toBeGreaterThanOrEqual(20);
      await apply([...others, policy('other')]);
      await delay(700);
      const then = new Map(heard);
      await delay(500);
      expect(heard.get('job')).toBe(then.get('job'));
      expect((heard.get('other') ?? 0) - (then.get('other') ?? 0)).toBeGreaterThan(15);
      expect(readFileSync(join(lab.folder, 'agent-local-n1.log'), 'utf8')).toContain('connections were ended');
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
    await apply(moved('web'));
  });

  it('what another process flushes away is there again within a second, and reported', async () => {
    const [node] = lab.topology.nodes;
    if (node === undefined) throw new Error('no node');
    const nft = (...args: readonly string[]): string => spawnSync('ip', ['netns', 'exec', node.namespace, 'nft', ...args], { encoding: 'utf8' }).stdout;
    // In what order a hash lists its elements says nothing.
    const listed = (): string => nft('-s', 'list', 'table', 'inet', 'firsthop').split(/[\s,]+/).sort().join(' ');
    const whole = listed();
    expect(whole).toContain('h_fwd');
    nft('flush', 'ruleset');
    const flushed = performance.now();
    while (listed() !== whole && performance.now() - flushed < 5000) await delay(10);
    const repaired = performance.now() - flushed;
    console.log(`repaired after ${repaired.toFixed(0)} ms`);
    expect(repaired).toBeLessThan(1000);
    expect(await ask('job', 'db')).toBe('drop');
    expect(readFileSync(join(lab.folder, `${agentName(node)}.log`), 'utf8')).toContain('changed by somebody else');
    expect((await lab.managerReport('local')).nodes.find((one) => one.node === node.name)?.repaired).toBeGreaterThan(0);
    expect(await askControl(lab.socketOf(agentName(node)), '/status')).toMatchObject({ node: node.name });
  });
});
