/** What an API server says of a cluster is what files say of it, at the beginning and after each change. */
import { type ClusterChange, ClusterSource, HttpApiServer, kinds, type ObjectFaults, systemClock, thingOf } from '@firsthop/kube';
import { loadManifests } from '@firsthop/manifest';
import { groupKey, policyKey } from '@firsthop/policy';
import { afterEach, describe, expect, it } from 'vitest';
import { LoopbackApiServer } from './loopback-api-server.ts';

type Json = Readonly<Record<string, unknown>>;

const head = (apiVersion: string, kind: string, name: string, metadata: Json = {}): Json => ({ apiVersion, kind, metadata: { name, uid: `${kind.toLowerCase()}-${name}`, ...metadata } });
const pod = (name: string, labels: Json, more: Json = {}): Json => ({
  ...head('v1', 'Pod', name, { namespace: 'shop', labels, ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', controller: true, uid: 'x' }], annotations: { 'example.com/long': 'x'.repeat(1000), 'firsthop.dev/enforcement': 'Full' } }),
  spec: { nodeName: 'n1', serviceAccountName: 'robot', containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 8080 }] }] },
  status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] },
  ...more,
});

const objects: readonly Json[] = [
  { ...head('v1', 'Namespace', 'shop', { labels: { team: 'a' } }) },
  { ...head('v1', 'Node', 'n1', { labels: { zone: 'z' } }), status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }, { type: 'Hostname', address: 'n1' }] } },
  pod('web', { app: 'web' }),
  pod('net', { app: 'net' }, { spec: { nodeName: 'n1', hostNetwork: true, serviceAccountName: 'default', containers: [] }, status: { phase: 'Running', podIP: '192.0.2.1' } }),
  pod('done', { app: 'web' }, { status: { phase: 'Succeeded', podIP: '10.0.0.9' } }),
  { ...head('v1', 'Service', 'front', { namespace: 'shop' }), spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } },
  { ...head('networking.k8s.io/v1', 'NetworkPolicy', 'p', { namespace: 'shop' }), spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: {} }] }] } },
  { ...head('firsthop.dev/v1alpha1', 'ClusterSecurityPolicy', 'q'), spec: { tier: 'extra', appliedTo: [{ podSelector: {} }], ingress: [{ action: 'Drop', from: [{ group: { name: 'g' } }] }] } },
  { ...head('firsthop.dev/v1alpha1', 'Tier', 'extra'), spec: { order: 700 } },
  { ...head('firsthop.dev/v1alpha1', 'ClusterGroup', 'g'), spec: { members: [{ podSelector: { matchLabels: { app: 'net' } } }] } },
  { ...head('firsthop.dev/v1alpha1', 'VirtualMachine', 'db', { namespace: 'shop', labels: { app: 'db' } }), spec: { host: 'n1', interfaces: [{ name: 'nic0', mac: '52:54:00:12:34:56', addresses: ['10.0.1.1'] }] } },
];

/** As files say it; without what is absent. */
const ofFiles = (all: Iterable<Json>): ReadonlyMap<string, unknown> => {
  const { clusters } = loadManifests([...all].map((object, i) => ({ file: `${i}.json`, text: JSON.stringify(object) })));
  const { facts = [], policies = [], tiers = [], groups = [] } = clusters.get('local') ?? {};
  return new Map<string, unknown>([
    ...facts.map(({ of, id, now }) => [`${of}/${id}`, now] as const),
    ...policies.map((now) => [`policy/${policyKey(now.ref)}`, now] as const),
    ...tiers.map((now) => [`tier/${now.name}`, now] as const),
    ...groups.map((now) => [`group/${groupKey(now.ref)}`, now] as const),
  ]);
};

const resourceOf = (kind: unknown) => {
  const found = kinds.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no kind ${String(kind)}`);
  return found.resource;
};
const uidOf = (object: Json): string => String((object['metadata'] as Json)['uid']);

const stop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of stop.splice(0)) await one();
});

/** Follows a server in which there are these objects. */
const follow = async (first: readonly Json[], resources = kinds.map(({ resource }) => resource)) => {
  const server = await LoopbackApiServer.start(resources);
  const there = new Map<string, Json>();
  const put = (object: Json): void => {
    there.set(uidOf(object), object);
    server.put(resourceOf(object['kind']), object);
  };
  const remove = (object: Json): void => {
    there.delete(uidOf(object));
    server.delete(resourceOf(object['kind']), uidOf(object));
  };
  for (const object of first) put(object);
  const told = new Map<string, unknown>();
  const faults: ObjectFaults[] = [];
  const complete = Promise.withResolvers<void>();
  const end = new AbortController();
  const api = new HttpApiServer({ url: server.url, options: () => Promise.resolve({}) });
  const onChanges = (changes: readonly ClusterChange[]): void => {
    for (const change of changes)
      if (change.now === undefined) told.delete(thingOf(change));
      else told.set(thingOf(change), change.now);
  };
  const source = new ClusterSource({ cluster: 'local', api, clock: systemClock, onChanges, onComplete: complete.resolve, onFaults: (one) => void faults.push(one), onNews: () => {}, timing: { pageSize: 2 } });
  const following = source.follow(end.signal);
  stop.push(async () => {
    end.abort(new Error('over'));
    api.close();
    await server.stop();
    await following;
  });
  await complete.promise;
  return { told, faults, put, remove, there, settled: () => expect.poll(() => told).toEqual(ofFiles(there.values())) };
};

describe('a cluster as its API server has it', () => {
  it('is what files say', async () => {
    const { told, faults } = await follow(objects);
    expect(told).toEqual(ofFiles(objects));
    expect([...told.keys()].filter((key) => key.startsWith('workload/')).sort()).toEqual(['workload/local/host:n1', 'workload/local/pod-net', 'workload/local/pod-web', 'workload/local/virtualmachine-db']);
    expect(faults).toEqual([]);
  });

  it('is what files say after each change', async () => {
    const cluster = await follow(objects);
    const web = pod('web', { app: 'other' });
    cluster.put(web);
    await cluster.settled();
    expect(cluster.told.get('workload/local/pod-web')).toMatchObject({ labels: new Map([['app', 'other']]) });
    cluster.put({ ...web, status: { phase: 'Failed', podIP: '10.0.0.1' } });
    await cluster.settled();
    expect(cluster.told.has('workload/local/pod-web')).toBe(false);
    for (const object of objects.slice(5)) cluster.remove(object);
    await cluster.settled();
    expect([...cluster.told.keys()].some((key) => key.startsWith('policy/'))).toBe(false);
  });

  it('keeps a policy that was made anew under its name, whichever is heard of first', async () => {
    const [policy] = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    if (policy === undefined) throw new Error('there is a policy');
    const again: Json = { ...policy, metadata: { name: 'p', namespace: 'shop', uid: 'again' }, spec: { podSelector: {}, policyTypes: ['Egress'] } };
    const cluster = await follow([...objects.slice(0, 1), policy]);
    // As a list tells it: what is there, and then what is not there any more.
    cluster.put(again);
    cluster.remove(policy);
    await cluster.settled();
    expect(cluster.told.has('policy/local/NetworkPolicy/shop/p')).toBe(true);
    cluster.remove(again);
    await cluster.settled();
    expect(cluster.told.has('policy/local/NetworkPolicy/shop/p')).toBe(false);
  });

  it('says what is wrong with an object, and when it is right again', async () => {
    const bad = pod('bad', { app: 'not a label value!' });
    const cluster = await follow([...objects, bad]);
    expect(cluster.faults).toMatchObject([{ kind: 'Pod', identity: { namespace: 'shop', name: 'bad' }, faults: [{ code: 'SELECTOR_INVALID', path: ['metadata', 'labels', 'app'] }] }]);
    expect(cluster.told).toEqual(ofFiles(objects));
    cluster.put(pod('bad', { app: 'fine' }));
    await expect.poll(() => cluster.faults.length).toBe(2);
    expect(cluster.faults[1]?.faults).toEqual([]);
    await cluster.settled();
  });

  it('is complete where definitions of our own kinds are not installed', async () => {
    const known = kinds.map(({ resource }) => resource).filter(({ group }) => group !== 'firsthop.dev' && group !== 'policy.networking.k8s.io');
    const { told } = await follow(objects.slice(0, 7), known);
    expect(told).toEqual(ofFiles(objects.slice(0, 7)));
  });
});
