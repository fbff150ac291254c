/** A manager of a real API server, as a process, and an agent's session: what is written there is what the node is told. */
import { AgentLink, askControl } from '@firsthop/transport';
import { CertificateAuthority } from '@firsthop/trust';
import { AgentSession } from '@firsthop/wire';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownPrograms } from './obtain.ts';
import { freePort, RunningApiServer } from './start.ts';

interface Status {
  readonly ready: boolean;
  readonly workloads: number;
  readonly policies: readonly object[];
  readonly errors: readonly string[];
}

const programs = knownPrograms();

describe.skipIf(programs === undefined)('a manager of a real API server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-manager-'));
  const socket = join(folder, 'manager.sock');
  const stop = new AbortController();
  const session = new AgentSession('n1', undefined);
  let server: RunningApiServer;
  let manager: ChildProcess | undefined;

  const ask = async (...request: Parameters<RunningApiServer['ask']>): Promise<void> => {
    const { code, body } = await server.ask(...request);
    if (code >= 300) throw new Error(`${request.slice(0, 2).join(' ')}: ${code} ${JSON.stringify(body)}`);
  };
  const pods = '/api/v1/namespaces/shop/pods';
  const policies = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
  const addPod = async (name: string, node: string, labels: object, podIP: string): Promise<void> => {
    await ask('POST', pods, { metadata: { name, labels }, spec: { nodeName: node, containers: [{ name: 'c', image: 'i' }] } });
    await ask('PATCH', `${pods}/${name}/status`, { status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }] } });
  };
  const status = async (): Promise<Status | undefined> => (await askControl(socket, '/status').catch(() => undefined)) as Status | undefined;
  const said = (): string => readFileSync(join(folder, 'log'), 'utf8').split('\n').slice(-10).join('\n');
  const patience = { timeout: 20_000 };

  /** What the agent was told, as far as it is asked here: who is enforced, and how many addresses may come in. */
  const told = (): readonly [endpoints: readonly string[], members: number] => {
    const { plan } = session;
    return [[...(plan?.endpoints.values() ?? [])].map(({ workload }) => workload).sort(), [...(plan?.addressGroups.values() ?? [])].reduce((sum, { members }) => sum + members.size, 0)];
  };

  beforeAll(async () => {
    if (programs === undefined) return;
    server = await RunningApiServer.start(programs);
    await ask('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    for (const name of ['n1', 'n2']) await ask('POST', '/api/v1/nodes', { metadata: { name } });
    await addPod('web', 'n1', { app: 'web' }, '10.0.0.1');
    await addPod('job', 'n2', { app: 'job' }, '10.0.0.2');
    await ask('POST', policies, { metadata: { name: 'p' }, spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: { matchLabels: { app: 'job' } } }] }] } });

    const kubeconfig = join(folder, 'kubeconfig');
    const ca = Buffer.from(server.ca).toString('base64');
    writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'c', cluster: { server: server.url.href, 'certificate-authority-data': ca } }], users: [{ name: 'u', user: { token: server.token } }], contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x' }));
    const authority = await CertificateAuthority.create('local');
    const own = await authority.issue({ identity: { role: 'manager', cluster: 'local', name: 'm' }, hosts: ['127.0.0.1'] });
    for (const part of ['ca', 'cert', 'key'] as const) writeFileSync(join(folder, part), own[part]);
    const port = await freePort();
    writeFileSync(join(folder, 'manager.yaml'), JSON.stringify({ cluster: 'local', kubernetes: { kubeconfig }, listen: { port }, tls: { ca: join(folder, 'ca'), cert: join(folder, 'cert'), key: join(folder, 'key') }, stateDir: folder, controlSocket: socket }));
    const log = openSync(join(folder, 'log'), 'a');
    manager = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'apps', 'manager', 'src', 'main.ts'), join(folder, 'manager.yaml')], { stdio: ['ignore', log, log] });
    for (const until = Date.now() + patience.timeout; (await status())?.ready !== true; await delay(50)) if (Date.now() > until) throw new Error(`the manager is not ready: ${said()}`);

    const agent = await authority.issue({ identity: { role: 'agent', cluster: 'local', name: 'n1' }, hosts: [] });
    const link = new AgentLink({
      urls: [`wss://127.0.0.1:${port}/agent`],
      cluster: 'local',
      node: 'n1',
      tls: agent,
      hello: () => session.hello(),
      receive: (frame) => {
        const actions = session.receive(frame);
        return { send: actions.flatMap((action) => (action.do === 'send' ? [action.text] : action.do === 'adopt' ? [session.ack({ digest: action.plan.revision.digest, kernel: 'k', endpoints: [] })] : [])) };
      },
      onState: () => {},
    });
    void link.run(stop.signal);
  });

  afterAll(async () => {
    stop.abort();
    if (manager !== undefined && manager.exitCode === null) {
      const ended = new Promise((resolve) => manager?.once('exit', resolve));
      manager.kill('SIGTERM');
      await ended;
    }
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells the node what it needs, and no more', async () => {
    await expect.poll(told, patience).toEqual([['shop/web'], 1]);
  });

  it('tells it of what changes at the API server', async () => {
    await addPod('job-2', 'n2', { app: 'job' }, '10.0.0.3');
    await expect.poll(told, patience).toEqual([['shop/web'], 2]);
    await ask('PATCH', `${pods}/job-2`, { metadata: { labels: { app: 'other' } } });
    await expect.poll(told, patience).toEqual([['shop/web'], 1]);
    await ask('DELETE', `${policies}/p`);
    await expect.poll(told, patience).toEqual([['shop/web'], 0]);
    expect((await status())?.policies).toEqual([]);
  });

  it('says in its status what cannot be used, and where', async () => {
    await ask('POST', '/api/v1/namespaces', { metadata: { name: 'pay', annotations: { 'firsthop.dev/enforcement': 'Sometimes' } } });
    await expect.poll(async () => (await status())?.errors, patience).toEqual([expect.stringContaining('Namespace pay metadata.annotations["firsthop.dev/enforcement"]')]);
  });

  it('keeps what it has while the API server is away, and goes on when it is back', async () => {
    server.pause();
    expect(told()).toEqual([['shop/web'], 0]);
    expect((await status())?.ready).toBe(true);
    server.resume();
    await server.restart();
    await ask('POST', policies, { metadata: { name: 'q' }, spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] } });
    await expect.poll(told, patience).toEqual([['shop/web'], 3]);
    expect((await status())?.policies).toMatchObject([{ name: 'q' }]);
  });
});
