/** What is known of a cluster is what a real API server has, through changes, silence and restarts. */
import { type ClusterChange, ClusterSource, HttpApiServer, kinds, type ReflectorNews, systemClock, thingOf } from '@firsthop/kube';
import { loadManifests } from '@firsthop/manifest';
import { policyKey } from '@firsthop/policy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownPrograms } from './obtain.ts';
import { RunningApiServer } from './start.ts';

type Json = Readonly<Record<string, unknown>>;

const programs = knownPrograms();

const there = kinds.filter(({ resource: { group } }) => group === '' || group === 'networking.k8s.io');

describe.skipIf(programs === undefined)('a cluster as a real API server has it', () => {
  let server: RunningApiServer;
  let api: HttpApiServer;
  const told = new Map<string, unknown>();
  const news: ReflectorNews[] = [];
  /** How often each thing was told. */
  const times = new Map<string, number>();
  const end = new AbortController();
  let following: Promise<void> = Promise.resolve();

  const ask = async (...request: Parameters<RunningApiServer['ask']>): Promise<Json> => {
    const { code, body } = await server.ask(...request);
    if (code >= 300) throw new Error(`${request.slice(0, 2).join(' ')}: ${code} ${JSON.stringify(body)}`);
    return body as Json;
  };


  /** As files would say it, of all that the server has now. */
  const ofServer = async (): Promise<ReadonlyMap<string, unknown>> => {
    const lists = await Promise.all(
      there.map(async ({ kind, resource: { group, version, plural } }) => {
        const { items } = await ask('GET', group === '' ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`);
        return (items as readonly Json[]).map((item) => ({ ...item, kind, apiVersion: group === '' ? version : `${group}/${version}` }));
      }),
    );
    const { clusters } = loadManifests(lists.flat().map((object, i) => ({ file: `${i}.json`, text: JSON.stringify(object) })));
    const { facts = [], policies = [] } = clusters.get('local') ?? {};
    return new Map<string, unknown>([...facts.map(({ of, id, now }) => [`${of}/${id}`, now] as const), ...policies.map((now) => [`policy/${policyKey(now.ref)}`, now] as const)]);
  };
  const settled = async (): Promise<void> => {
    const should = await ofServer();
    await expect.poll(() => told, { timeout: 20_000 }).toEqual(should);
  };

  const pods = '/api/v1/namespaces/shop/pods';
  const policies = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
  const addPod = async (name: string, labels: Json, podIP: string): Promise<void> => {
    await ask('POST', pods, { metadata: { name, labels }, spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 8080 }] }] } });
    await ask('PATCH', `${pods}/${name}/status`, { status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }] } });
  };
  const policy = (spec: Json): Json => ({ metadata: { name: 'p' }, spec });

  beforeAll(async () => {
    if (programs === undefined) return;
    server = await RunningApiServer.start(programs);
    await ask('POST', '/api/v1/namespaces', { metadata: { name: 'shop', labels: { team: 'a' }, annotations: { 'firsthop.dev/enforcement': 'Full' } } });
    await ask('POST', '/api/v1/nodes', { metadata: { name: 'n1' } });
    await ask('PATCH', '/api/v1/nodes/n1/status', { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] } });
    await addPod('web', { app: 'web' }, '10.0.0.1');
    await ask('POST', policies, policy({ podSelector: {}, policyTypes: ['Ingress'] }));
    api = new HttpApiServer({ url: server.url, options: () => Promise.resolve({ ca: server.ca, headers: { authorization: `Bearer ${server.token}` } }) });
    const complete = Promise.withResolvers<void>();
    const onChanges = (changes: readonly ClusterChange[]): void => {
      for (const change of changes) {
        times.set(thingOf(change), (times.get(thingOf(change)) ?? 0) + 1);
        if (change.now === undefined) told.delete(thingOf(change));
        else told.set(thingOf(change), change.now);
      }
    };
    const source = new ClusterSource({ cluster: 'local', api, clock: systemClock, onChanges, onComplete: complete.resolve, onFaults: (faults) => expect.fail(JSON.stringify(faults)), onNews: (_, one) => void news.push(one), timing: { pageSize: 2, silenceMs: 3000 } });
    following = source.follow(end.signal);
    await complete.promise;
  });

  afterAll(async () => {
    end.abort(new Error('over'));
    await following;
    api?.close();
    await server?.stop();
  });

  it('is all there when it is said to be complete', async () => {
    expect(told).toEqual(await ofServer());
    expect([...told.keys()]).toEqual(expect.arrayContaining(['namespace/local/shop', 'namespace/local/kube-system', 'node/local/n1', 'policy/local/NetworkPolicy/shop/p']));
  });

  it('follows each change, and tells none that nobody keeps', async () => {
    await addPod('job', { app: 'job' }, '10.0.0.2');
    await ask('PATCH', `${pods}/web`, { metadata: { labels: { app: 'other' } } });
    await settled();
    const before = [...times.values()].reduce((a, b) => a + b, 0);
    for (let i = 0; i < 5; i++) await ask('PATCH', `${pods}/web/status`, { status: { conditions: [{ type: 'Ready', status: i % 2 === 0 ? 'True' : 'False' }] } });
    await ask('PATCH', `${pods}/web`, { metadata: { annotations: { 'example.com/turn': '1' } } });
    // Behind it, all that came before was heard.
    await ask('PATCH', `${pods}/job`, { metadata: { labels: { app: 'last' } } });
    await settled();
    expect([...times.values()].reduce((a, b) => a + b, 0)).toBe(before + 1);
  });

  it('takes a policy that is made anew under its name for the new one', async () => {
    await ask('DELETE', `${policies}/p`);
    await ask('POST', policies, policy({ podSelector: {}, policyTypes: ['Egress'] }));
    await settled();
    expect(told.get('policy/local/NetworkPolicy/shop/p')).toMatchObject({ ingress: undefined, egress: [] });
    await ask('DELETE', `${policies}/p`);
    await settled();
  });

  it('lets go of pods that are gone or done', async () => {
    await ask('PATCH', `${pods}/job/status`, { status: { phase: 'Succeeded' } });
    await ask('DELETE', `${pods}/web?gracePeriodSeconds=0`);
    await settled();
    expect([...told.keys()].filter((key) => key.startsWith('workload/'))).toEqual(['workload/local/host:n1']);
  });

  it('goes on behind a server that was silent, and behind one that was started again', async () => {
    server.pause();
    await expect.poll(() => news.some(({ kind }) => kind === 'silence'), { timeout: 20_000 }).toBe(true);
    server.resume();
    await addPod('late', { app: 'late' }, '10.0.0.3');
    await settled();
    await server.restart();
    await addPod('later', { app: 'later' }, '10.0.0.4');
    await settled();
  });
});
