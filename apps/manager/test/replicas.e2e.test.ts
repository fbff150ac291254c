/** Three managers of one cluster, as processes, on one directory, and agents that go from one to another when theirs is killed. */
import { AgentLink, askControl } from '@firsthop/transport';
import { CertificateAuthority, type Identity } from '@firsthop/trust';
import { AgentSession, readFrame } from '@firsthop/wire';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';

interface Status {
  readonly generation: number;
  readonly ready: boolean;
  readonly nodes: readonly { readonly node: string; readonly connected: boolean }[];
  readonly replica: { readonly name: string; readonly holder: string; readonly writes: boolean; readonly epoch: number };
  readonly ahead: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'firsthop-replicas-'));
const directory = join(folder, 'policies');
const nodeNames = Array.from({ length: 9 }, (_, i) => `n${i}`);
const managers = ['a', 'b', 'c'];
const ports = new Map<string, number>();
const running = new Map<string, ChildProcess>();
const stop = new AbortController();
let authority: CertificateAuthority;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
const credentials = async (name: string, identity: Identity): Promise<{ ca: string; cert: string; key: string }> => {
  const issued = await authority.issue({ identity, hosts: ['127.0.0.1'] });
  for (const part of ['ca', 'cert', 'key'] as const) writeFileSync(join(folder, `${name}.${part}`), issued[part]);
  return { ca: join(folder, `${name}.ca`), cert: join(folder, `${name}.cert`), key: join(folder, `${name}.key`) };
};

/** So many pods on each node. */
const write = (pods: number): void => {
  const items = nodeNames.flatMap((node, n) => [
    { apiVersion: 'v1', kind: 'Node', metadata: { name: node } },
    ...Array.from({ length: pods }, (_, i) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${n}-${i}`, namespace: 'app', uid: `u${n}-${i}`, labels: { app: 'web' } }, spec: { nodeName: node, containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip: `10.1.${n}.${i + 1}` }] } })),
  ]);
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web', namespace: 'app' }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] } };
  writeFileSync(join(directory, 'draft'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...items, policy] }));
  renameSync(join(directory, 'draft'), join(directory, 'objects.json'));
};

const start = async (name: string, epoch = 0): Promise<void> => {
  const tls = await credentials(`manager-${name}`, { role: 'manager', cluster: 'local', name });
  const config = { cluster: 'local', directory, listen: { host: '127.0.0.1', port: ports.get(name) }, tls, stateDir: join(folder, name), controlSocket: join(folder, `${name}.sock`), epoch, replicas: { folder: join(folder, 'shared'), name } };
  writeFileSync(join(folder, `${name}.yaml`), JSON.stringify(config));
  const log = openSync(join(folder, `${name}.log`), 'a');
  running.set(name, spawn(process.execPath, [join(import.meta.dirname, '..', 'src', 'main.ts'), join(folder, `${name}.yaml`)], { stdio: ['ignore', log, log] }));
};
const end = async (name: string, signal: NodeJS.Signals): Promise<void> => {
  const child = running.get(name);
  running.delete(name);
  if (child === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
};
const statuses = async (): Promise<Status[]> => (await Promise.all([...running.keys()].map((name) => askControl(join(folder, `${name}.sock`), '/status').catch(() => undefined)))).filter((one) => one !== undefined) as Status[];
const until = async <T>(what: () => Promise<T | undefined | false> | T | undefined | false, within = 20_000): Promise<T> => {
  for (const deadline = performance.now() + within; performance.now() < deadline; await delay(20)) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`not within ${within} ms; ${managers.map((name) => readFileSync(join(folder, `${name}.log`), 'utf8').split('\n').slice(-4).join('\n')).join('\n')}`);
};
/** All that run serve the same, and one of them writes. */
const agreed = (isSo: (generation: number) => boolean): Promise<Status[]> =>
  until(async () => {
    const all = await statuses();
    const writers = all.filter(({ replica }) => replica.writes);
    expect(writers.length).toBeLessThanOrEqual(1);
    const [first] = all;
    return first !== undefined && all.length === running.size && writers.length === 1 && all.every(({ generation }) => generation === first.generation) && isSo(first.generation) ? all : undefined;
  });

class Agent {
  readonly session: AgentSession;
  readonly heard: string[] = [];
  at = '';

  constructor(node: string) {
    this.session = new AgentSession(node, undefined);
  }

  async run(node: string): Promise<void> {
    const link = new AgentLink({
      urls: [...ports.values()].map((port) => `wss://127.0.0.1:${port}/agent`),
      cluster: 'local',
      node,
      tls: await authority.issue({ identity: { role: 'agent', cluster: 'local', name: node }, hosts: [] }),
      hello: () => this.session.hello(),
      receive: (frame) => {
        const read = readFrame(frame);
        this.heard.push(read.ok ? read.value.type : read.error);
        const actions = this.session.receive(frame);
        const reason = (of: 'lag' | 'close'): string | undefined => actions.flatMap((action) => (action.do === of ? [action.reason] : []))[0];
        return { send: actions.flatMap((action) => (action.do === 'send' ? [action.text] : action.do === 'adopt' ? [this.session.ack({ digest: action.plan.revision.digest, kernel: 'k', endpoints: [] })] : [])), leave: reason('close'), lag: reason('lag') };
      },
      onState: (connected, why) => {
        this.at = connected ? why : '';
        if (connected && this.session.plan !== undefined) link.send(this.session.ack({ digest: this.session.plan.revision.digest, kernel: 'k', endpoints: [] }));
      },
    });
    await link.run(stop.signal);
  }
}
const agents = nodeNames.map((node) => new Agent(node));
const allHold = (pods: number): Promise<true> => until(() => agents.every(({ session }) => session.plan?.endpoints.size === pods) && true);

beforeAll(async () => {
  authority = await CertificateAuthority.create('ours');
  mkdirSync(directory);
  write(2);
  for (const name of managers) ports.set(name, await freePort());
  for (const name of managers) await start(name);
  await agreed(() => true);
  for (const [i, agent] of agents.entries()) void agent.run(nodeNames[i] ?? '');
  await allHold(2);
});
afterAll(async () => {
  stop.abort();
  for (const name of running.keys()) await end(name, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('all of them serve, and agents are spread over them', async () => {
  expect((await statuses()).map(({ ready, ahead }) => [ready, ahead])).toEqual([[true, []], [true, []], [true, []]]);
  expect(new Set(agents.map(({ at }) => at)).size).toBeGreaterThan(1);
});

it('a change has the same number everywhere', async () => {
  const [before] = await statuses();
  write(3);
  await allHold(3);
  await agreed((generation) => generation === (before?.generation ?? 0) + 1);
});

it('the one that writes is killed: agents go to the others and keep their plans, another one writes, and nobody is sent a whole plan', async () => {
  const wholes = (): number => agents.flatMap(({ heard }) => heard).filter((type) => type === 'snapshot').length;
  const before = wholes();
  const writer = (await statuses()).find(({ replica }) => replica.writes)?.replica.name ?? '';
  const gone = `wss://127.0.0.1:${ports.get(writer)}/agent`;
  await end(writer, 'SIGKILL');
  await until(() => agents.every(({ at }) => at !== '' && at !== gone) && true, 5000);
  expect(agents.every(({ session }) => session.plan?.endpoints.size === 3)).toBe(true);
  write(4);
  await allHold(4);
  await agreed(() => true);
  await start(writer);
  await agreed(() => true);
  // Gone in good order, it gives the lease back, and nobody has to wait for its end.
  const next = (await statuses()).find(({ replica }) => replica.writes)?.replica.name ?? '';
  await end(next, 'SIGTERM');
  const begun = performance.now();
  write(5);
  await allHold(5);
  expect(performance.now() - begun).toBeLessThan(5000);
  await start(next);
  await agreed(() => true);
  expect(wholes()).toBe(before);
});

it('what they share is lost, and the numbers begin again: no agent is taken back, and each of them says so, until the epoch is raised', async () => {
  for (const name of managers) await end(name, 'SIGTERM');
  rmSync(join(folder, 'shared'), { recursive: true });
  write(1);
  for (const name of managers) await start(name);
  await until(async () => (await statuses()).flatMap(({ ahead }) => ahead).length === nodeNames.length && true);
  expect(agents.every(({ session }) => session.plan?.endpoints.size === 5)).toBe(true);
  for (const name of managers) await end(name, 'SIGTERM');
  for (const name of managers) await start(name, 1);
  await allHold(1);
  expect((await agreed(() => true)).map(({ replica }) => replica.epoch)).toEqual([1, 1, 1]);
  expect((await statuses()).flatMap(({ ahead }) => ahead)).toEqual([]);
});
