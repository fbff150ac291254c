/** Managers over real sockets: what a peer hears and misses, who may ask what, and what is not believed. */
import type { ClusterPeer, Fact, Namespace, Workload } from '@firsthop/inventory';
import { endpointId, workloadId } from '@firsthop/inventory';
import { type Cidr, ipv4, parseAddress, parseCidr } from '@firsthop/netaddr';
import { everything } from '@firsthop/selector';
import { CertificateAuthority, type Identity, identityOfCertificate } from '@firsthop/trust';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from './app-router.ts';
import { selectExports } from './export-selection.ts';
import { type ExportedEndpoint, exportWorkload, importEndpoint } from './exported-endpoint.ts';
import type { Caller, FederationContext, SharedPolicy } from './federation-context.ts';
import { type FederationServer, serveFederation } from './federation-server.ts';
import { readFeedEvent } from './feed-event.ts';
import { connectPeerClient, type PeerClient } from './peer-client.ts';
import { PeerFeed } from './peer-feed.ts';
import { createCaller } from './procedures.ts';
import { ResumableLog } from './resumable-log.ts';

let [ours, theirs]: CertificateAuthority[] = [];
beforeAll(async () => {
  [ours, theirs] = [await CertificateAuthority.create('ours'), await CertificateAuthority.create('theirs')];
});
const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !what(); i++) await delay(10);
  expect(what()).toBe(true);
};
const cidr = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};
const workload = (uid: string, address: number, labels: [string, string][] = []): Workload => {
  const id = workloadId('east', uid);
  return { id, kind: 'pod', cluster: 'east', namespace: 'shop', name: uid, labels: new Map(labels), node: 'n1', hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses: [ipv4(address)], allowedAddresses: [] }] };
};
const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The manager of cluster east, with one peer. */
class East {
  readonly peers = new Set(['west']);
  readonly exports: ResumableLog<ExportedEndpoint>;
  readonly policies: ResumableLog<SharedPolicy>;
  readonly federation: FederationServer;
  server: Server | undefined;
  port = 0;

  constructor(epoch: string) {
    this.exports = new ResumableLog<ExportedEndpoint>(epoch, sameJson);
    this.policies = new ResumableLog<SharedPolicy>(epoch, sameJson);
    this.federation = serveFederation((request) => {
      const identity = identityOfCertificate((request.socket as TLSSocket).getPeerCertificate().subjectaltname);
      if (!identity.ok) throw new Error(identity.error);
      return this.context(identity.value);
    });
  }

  context(caller: Caller): FederationContext {
    return {
      caller,
      cluster: 'east',
      isPeer: (cluster) => this.peers.has(cluster),
      exportsFor: () => this.exports,
      policies: this.policies,
      clusters: () => [{ cluster: 'west', connected: true, imported: 3, refused: [] }],
      status: () => ({ cluster: 'east', generation: 1, ready: true, policies: [], workloads: 0, errors: [], nodes: [] }),
    };
  }

  async listen(port = 0): Promise<this> {
    const tls = await ours!.issue({ identity: { role: 'manager', cluster: 'east', name: 'manager' }, hosts: ['127.0.0.1'] });
    this.server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' });
    this.server.on('upgrade', (request, socket, head) => this.federation.upgrade(request, socket, head));
    this.server.on('tlsClientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve) => this.server?.listen(port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    ends.push(() => this.close());
    return this;
  }

  /** As a killed process: every connection breaks. */
  close(): void {
    this.federation.close();
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const clientOf = async (port: number, identity: Identity, authority = ours!, onFault?: (reason: string) => void): Promise<PeerClient> => {
  const tls = { ...(await authority.issue({ identity, hosts: [] })), ca: ours!.pem };
  const client = connectPeerClient({ url: `wss://127.0.0.1:${port}/api`, tls, checkServer: () => undefined, ...(onFault === undefined ? {} : { onFault }) });
  ends.push(() => client.close());
  return client;
};
const west = { role: 'manager', cluster: 'west', name: 'manager' } as const;
const operator = { role: 'operator', cluster: 'east', name: 'me' } as const;

/** A peer's whole reader: what it heard, and what it holds after folding. */
const follow = (client: PeerClient): { events: { whole: boolean; keys: string[] }[]; held: Map<string, Fact>; errors: string[]; feed: PeerFeed } => {
  const feed = new PeerFeed({ cluster: 'east', addresses: [cidr('10.1.0.0/16')] });
  const seen = { events: [] as { whole: boolean; keys: string[] }[], held: new Map<string, Fact>(), errors: [] as string[], feed };
  client.api.endpoints.watch.subscribe({}, {
    onError: (error) => seen.errors.push(error.message),
    onData: ({ data }) => {
      const event = readFeedEvent(data);
      if (!event.ok) throw new Error(event.error);
      seen.events.push({ whole: event.value.whole, keys: [...event.value.values.map(([key]) => key), ...event.value.gone] });
      for (const fact of feed.take(event.value)) {
        if (fact.now === undefined) seen.held.delete(fact.id);
        else seen.held.set(fact.id, fact);
      }
    },
  });
  return seen;
};

describe('a peer that listens', () => {
  const web = exportWorkload(workload('web', 0x0a010001));
  const api = exportWorkload(workload('api', 0x0a010002));

  it('gets everything first, then changes; after a broken connection what it missed, and nothing twice', async () => {
    const east = await new East('first').listen();
    east.exports.put('w/web', web);
    const seen = follow(await clientOf(east.port, west));
    await until(() => seen.held.has('east/web'));
    east.exports.put('w/api', api);
    await until(() => seen.held.has('east/api'));
    // The line breaks, and things happen meanwhile.
    east.close();
    east.exports.put('w/web', undefined);
    east.exports.put('w/late', exportWorkload(workload('late', 0x0a010003)));
    const again = new East('first');
    (again as { exports: unknown }).exports = east.exports;
    await again.listen(east.port);
    await until(() => seen.held.has('east/late'));
    expect([...seen.held.keys()].sort()).toEqual(['east/api', 'east/late']);
    expect(seen.events).toEqual([{ whole: true, keys: ['w/web'] }, { whole: false, keys: ['w/api'] }, { whole: false, keys: ['w/late', 'w/web'] }]);
  });

  it('gets everything anew from a manager that was started again, and forgets what is gone', async () => {
    const east = await new East('first').listen();
    east.exports.put('w/web', web);
    const seen = follow(await clientOf(east.port, west));
    await until(() => seen.held.has('east/web'));
    east.close();
    const restarted = new East('second');
    restarted.exports.put('w/api', api);
    await restarted.listen(east.port);
    await until(() => seen.held.has('east/api'));
    expect([...seen.held.keys()]).toEqual(['east/api']);
    expect(seen.events.at(-1)).toEqual({ whole: true, keys: ['w/api'] });
  });

  it('hears no more from the first event on after it stopped being a peer', async () => {
    const east = await new East('first').listen();
    const seen = follow(await clientOf(east.port, west));
    await until(() => seen.events.length === 1);
    east.peers.delete('west');
    east.exports.put('w/web', web);
    await until(() => seen.errors.length > 0);
    expect(seen.errors[0]).toContain('no longer a peer');
    expect(seen.held.size).toBe(0);
  });
});

describe('who may ask what', () => {
  /** Every procedure of the router stands here: a new one without a row fails. */
  const roles: Readonly<Record<string, 'peer' | 'operator'>> = {
    'clusters.self': 'peer',
    'clusters.list': 'operator',
    'endpoints.watch': 'peer',
    'policies.watch': 'peer',
    'policies.shared': 'operator',
    'status.get': 'operator',
  };
  const callers: Readonly<Record<string, Caller>> = {
    peer: west,
    operator,
    'manager of no peer': { role: 'manager', cluster: 'north', name: 'manager' },
    'operator of a peer': { role: 'operator', cluster: 'west', name: 'me' },
    agent: { role: 'agent', cluster: 'east', name: 'n1' },
    'agent of a peer': { role: 'agent', cluster: 'west', name: 'n1' },
  };
  const east = new East('first');

  it('every procedure has a role', () => {
    expect(Object.keys(appRouter._def.procedures).sort()).toEqual(Object.keys(roles).sort());
  });

  it.each(Object.entries(roles).flatMap(([path, role]) => Object.entries(callers).map(([who, caller]) => ({ path, role, who, caller }))))('$path, asked by $who', async ({ path, role, who, caller }) => {
    const [noun = '', verb = ''] = path.split('.');
    const api = createCaller(appRouter)(east.context(caller)) as unknown as Record<string, Record<string, (input?: object) => Promise<unknown>>>;
    const answer = await api[noun]![verb]!(verb === 'watch' ? {} : undefined).then(
      async (value) => {
        // A subscription is judged when it begins.
        if (verb === 'watch') await (value as AsyncGenerator).return(undefined);
        return 'answered';
      },
      (error: { code?: string }) => error.code,
    );
    expect(answer).toBe(who === role ? 'answered' : 'FORBIDDEN');
  });

  it('over a socket too, by what the certificate says', async () => {
    const served = await new East('first').listen();
    const asked = await clientOf(served.port, operator);
    expect(await asked.api.status.get.query()).toMatchObject({ cluster: 'east' });
    const peer = await clientOf(served.port, west);
    await expect(peer.api.status.get.query()).rejects.toThrow('operator of cluster east');
  });

  it('nobody with a certificate of another authority', async () => {
    const served = await new East('first').listen();
    const faults: string[] = [];
    const stranger = await clientOf(served.port, west, theirs!, (reason) => faults.push(reason));
    const answer = stranger.api.clusters.self.query(undefined, { signal: AbortSignal.timeout(400) });
    await expect(answer).rejects.toThrow();
    expect(faults.length).toBeGreaterThan(0);
  });
});

describe('what is not believed of a peer', () => {
  const believed = { cluster: 'east', addresses: [cidr('10.1.0.0/16')] };
  const good = exportWorkload(workload('web', 0x0a010001));
  it.each([
    { name: 'an address outside its prefixes', payload: { ...good, endpoints: [{ interfaceName: 'eth0', addresses: ['10.2.0.1'] }] }, why: /may not assert 10.2.0.1/ },
    { name: 'one such address among good ones', payload: { ...good, endpoints: [{ interfaceName: 'eth0', addresses: ['10.1.0.1', '192.0.2.1'] }] }, why: /may not assert 192.0.2.1/ },
    { name: 'an address that is none', payload: { ...good, endpoints: [{ interfaceName: 'eth0', addresses: ['10.1.0.999'] }] }, why: /not an IP address/ },
    { name: 'a cluster of its choice', payload: { ...good, cluster: 'west' }, why: /not an exported endpoint/ },
    { name: 'a node', payload: { ...good, of: 'node' }, why: /not an exported endpoint/ },
    { name: 'labels as an object', payload: { ...good, labels: { role: 'admin' } }, why: /not an exported endpoint/ },
    { name: 'too many labels', payload: { ...good, labels: Array.from({ length: 257 }, (_, i) => [`k${i}`, 'v']) }, why: /not an exported endpoint/ },
    { name: 'nothing', payload: null, why: /not an exported endpoint/ },
  ])('$name', ({ payload, why }) => {
    const fact = importEndpoint(believed, payload);
    expect(fact.ok).toBe(false);
    if (!fact.ok) expect(fact.error).toMatch(why);
  });

  it('its identity is that of the credential, and its namespaces have their true names', () => {
    expect(importEndpoint({ ...believed, cluster: 'north' }, good)).toMatchObject({ ok: true, value: { id: 'north/web', now: { cluster: 'north' } } });
    expect(importEndpoint(believed, { of: 'namespace', name: 'shop', labels: [['kubernetes.io/metadata.name', 'kube-system'], ['__proto__', 'x']] })).toMatchObject({ ok: true, value: { now: { labels: new Map([['kubernetes.io/metadata.name', 'shop'], ['__proto__', 'x']]), enforcement: 'Open' } } });
  });

  it('a value that is refused removes what stood under its key, and is reported until it is repaired', () => {
    const feed = new PeerFeed(believed);
    const take = (value: unknown): string[] => [...feed.take({ whole: false, values: [['w/web', value]], gone: [] })].map(({ id, now }) => `${id} ${now === undefined ? 'gone' : 'here'}`);
    expect(take(good)).toEqual(['east/web here']);
    expect(take({ ...good, endpoints: [{ interfaceName: 'eth0', addresses: ['10.2.0.1'] }] })).toEqual(['east/web gone']);
    expect([...feed.refused.values()]).toEqual(['cluster east may not assert 10.2.0.1: it is in none of its declared prefixes']);
    expect(take(good)).toEqual(['east/web here']);
    expect(feed.refused.size).toBe(0);
  });
});

describe('what leaves a cluster', () => {
  const [front, back] = [workload('front', 0x0a010001, [['role', 'front']]), workload('back', 0x0a010002, [['role', 'back']])];
  const host = { ...workload('host', 0x0a010003, [['role', 'front']]), hostNetwork: true };
  const foreign = { ...workload('foreign', 0x0a010004, [['role', 'front']]), cluster: 'north' };
  const shop: Namespace = { cluster: 'east', name: 'shop', labels: new Map([['team', 'shop']]), enforcement: 'Full' };
  const source = { cluster: 'east', workloads: () => [front, back, host, foreign], namespaces: () => [shop, { ...shop, name: 'empty' }], namespaceLabels: () => shop.labels };
  const peer = (offer: ClusterPeer['export']): ClusterPeer => ({ cluster: 'east', peer: 'west', addresses: [], ...(offer === undefined ? {} : { export: offer }) });
  const role = (value: string) => ({ requirements: [{ key: 'role', operator: 'In' as const, values: [value] }] });

  it.each([
    { name: 'nothing by default', offer: undefined, keys: [] },
    { name: 'what both selectors name, and its namespace', offer: { namespaces: everything, workloads: role('front') }, keys: ['w/front', 'n/shop'] },
    { name: 'nothing of a namespace that is not named', offer: { namespaces: role('none'), workloads: everything }, keys: [] },
    { name: 'everything own, but neither host-network pods nor what is another cluster\'s', offer: { namespaces: everything, workloads: everything }, keys: ['w/front', 'w/back', 'n/shop'] },
  ])('$name', ({ offer, keys }) => {
    expect([...selectExports(peer(offer), source).keys()]).toEqual(keys);
  });

  it('and no more of it than others may use', () => {
    expect(JSON.stringify(exportWorkload(front))).not.toMatch(/n1|node/);
    const address = parseAddress('10.1.0.1');
    expect(address.ok && exportWorkload(front)).toMatchObject({ endpoints: [{ addresses: ['10.1.0.1'] }] });
  });
});
