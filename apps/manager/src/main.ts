/**
 * The manager of one cluster: facts and policies in, node plans out.
 *
 * It holds no truth of its own: the policy directory is the truth, peers' endpoints are told again, and agents keep what
 * they have while it is away.
 *
 * @module
 */
import { type Caller, type ClusterStatus, type FederationContext, PeerExports, ResumableLog, serveFederation, type SharedPolicy } from '@firsthop/federation';
import type { Policy } from '@firsthop/policy';
import { keepYoungHeapSteady, systemMemory, whenQuiet } from '@firsthop/memory';
import { AgentServer, serveControl } from '@firsthop/transport';
import { identityOfCertificate } from '@firsthop/trust';
import { ManagerSession, PlanFeed } from '@firsthop/wire';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import pino from 'pino';
import { ClusterState, type PlanChanges } from './cluster-state.ts';
import { readConfig } from './config.ts';
import { followDirectory, type Loaded } from './directory-source.ts';
import { Generation } from './generation.ts';
import { NodeRegistry } from './node-registry.ts';
import { PeerLinks } from './peer-links.ts';
import { PolicyRollout } from './policy-rollout.ts';
import { createManagerServer, listen } from './server.ts';

/** Two halves of 8 MB each: a pause of 2 ms. */
keepYoungHeapSteady(16 * 1024 * 1024);
const config = readConfig(process.argv[2] ?? '/etc/firsthop/manager.yaml', process.env);
const { cluster } = config;
const log = pino({ base: { cluster } }, pino.destination(2));
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
process.on('unhandledRejection', (error) => log.error({ error: String(error) }, 'a fault inside the manager'));

const read = (file: string): string => readFileSync(file, 'utf8');
const tls = { ca: read(config.tls.ca), cert: read(config.tls.cert), key: read(config.tls.key) };
const incarnation = randomUUID().slice(0, 8);
const generation = new Generation(config.stateDir);
const state: ClusterState = new ClusterState(cluster, generation, { onFact: (change) => exports.changed(change) });
const exports = new PeerExports(incarnation, state.inventory);
const nodes = new NodeRegistry();
let errors: readonly string[] = [];
let policies: readonly Policy[] = [];
/** Why the directory as it is now is not in force. */
let refused: string | undefined;
let loadedOnce = false;
/**
 * After a start, peers are given this long to say what they have. Until then agents keep the plan that they hold: a plan
 * without the peers' endpoints would cut what is allowed and, worse, open what a drop rule closes.
 */
const PEER_PATIENCE_MS = 1500;
const started = performance.now();
const isReady = (): boolean => loadedOnce && (links.heardFromAll || performance.now() - started > PEER_PATIENCE_MS);

/** Node gives each connection a buffer of 64 KB to read into, of which a page is ever touched: as a mapping of its own, the rest of it is nobody's. */
const memory = systemMemory({ ownMapping: 60 * 1024 });
/** Handshakes leave holes. */
const trimSoon = whenQuiet(3000, () => memory?.trim());
const rollout = new PolicyRollout();
const feed = new PlanFeed({ snapshot: (node) => state.plan(node), isReady });
const agents = new AgentServer({
  accept: ({ role, cluster: from, name }) =>
    role === 'agent' && from === cluster
      ? new ManagerSession({ node: name, feed: feed.of(name), onReport: (report) => nodes.report(name, report) })
      : `a ${role} of cluster ${from} is no agent of cluster ${cluster}`,
  onConnection: (node, connected, reason) => {
    nodes.connectionChanged(node);
    trimSoon();
    log.info(connected ? `agent of ${node} connected` : `agent of ${node} left: ${reason ?? ''}`);
  },
});

const sharedPolicies = new ResumableLog<SharedPolicy>(incarnation, (a, b) => JSON.stringify(a) === JSON.stringify(b));
let wasReady = false;
const changed = (changes: PlanChanges): void => {
  feed.changed(changes);
  rollout.changed(changes.values());
  // A session that waited for readiness has seen no change of its own.
  agents.planChanged(wasReady ? changes.keys() : [...changes.keys(), ...[...state.inventory.nodes()].map(({ name }) => name)]);
  wasReady = isReady();
  exports.publish();
};

/** Timers know no more than 24 days, and clocks are set: it looks again at least once an hour. */
const LONGEST_WAIT_MS = 3_600_000;
let edge: NodeJS.Timeout | undefined;
/** Policies begin and end by themselves. */
const waitForEdge = (): void => {
  clearTimeout(edge);
  const next = state.nextEdge();
  if (next === undefined) return;
  edge = setTimeout(() => {
    changed(state.passTime());
    waitForEdge();
  }, Math.min(LONGEST_WAIT_MS, Math.max(0, next - Date.now()) + 1));
  edge.unref();
};

const links = new PeerLinks({
  tls,
  onFacts: (facts) => changed(state.applyFacts(facts)),
  onPolicies: (peer, policies) => {
    changed(state.replace(`peer ${peer}`, { facts: [], policies, tiers: [], groups: [] }));
    waitForEdge();
  },
  onFault: (peer, fault) => log.warn(`cluster ${peer}: ${fault}`),
});

const status = (): ClusterStatus => {
  const known = [...state.inventory.nodes()].filter((node) => node.cluster === cluster).map(({ name }) => nodes.status(name, feed.digest(name), agents.isConnected(name)));
  const inSync = new Set(known.filter((node) => node.inSync).map(({ node }) => node));
  return { cluster, generation: generation.value, ready: isReady(), policies: rollout.statuses(policies, (node) => inSync.has(node)), workloads: [...state.inventory.workloads()].filter(({ kind }) => kind !== 'host').length, errors: refused === undefined ? errors : [refused, ...errors], nodes: known };
};

const contextOf = (caller: Caller): FederationContext => ({
  caller,
  cluster,
  isPeer: (peer) => [...state.inventory.clusterPeers()].some((known) => known.cluster === cluster && known.peer === peer),
  exportsFor: (peer) => exports.log(peer),
  policies: sharedPolicies,
  clusters: () => links.infos(),
  status,
});
const federation = serveFederation((request) => {
  const identity = identityOfCertificate((request.socket as TLSSocket).getPeerCertificate().subjectaltname);
  if (!identity.ok) throw new Error(identity.error);
  return contextOf(identity.value);
});

const take = (loaded: Loaded): void => {
  errors = loaded.errors.map(({ file, line, message }) => `${file}:${line} ${message}`);
  for (const error of errors) log.warn(error);
  const mine = loaded.clusters.get(cluster);
  const changes = state.replace('directory', { facts: mine?.facts ?? [], policies: mine?.policies ?? [], tiers: mine?.tiers ?? [], groups: mine?.groups ?? [] });
  policies = mine?.policies ?? [];
  sharedPolicies.replaceAll(new Map((mine?.shared ?? []).map(({ key, object }) => [key, { object }])));
  links.follow([...state.inventory.clusterPeers()].filter((peer) => peer.cluster === cluster));
  loadedOnce = true;
  changed(changes);
  waitForEdge();
};

const server = createManagerServer({ tls, agents, federation, isReady });
const control = config.controlSocket === undefined ? undefined : await serveControl(config.controlSocket, { '/status': () => Promise.resolve({ ...status(), clusters: links.infos() }) });
let port: Promise<number> | undefined;
setTimeout(() => changed(new Map()), PEER_PATIENCE_MS + 1).unref();
await followDirectory(
  config.directory,
  {
    onLoaded: (loaded) => {
      refused = undefined;
      take(loaded);
      // Nobody is served before there is something to serve: a peer's first answer is then a whole one.
      port ??= listen(server, config.listen);
      port.then((number) => log.info(`generation ${generation.value} on ${config.listen.host}:${number}`), (error: unknown) => log.fatal(String(error)));
    },
    onFault: (fault) => {
      refused = fault;
      log.error(fault);
    },
  },
  stop.signal,
);
links.close();
federation.close();
agents.close();
control?.close();
server.close();
server.closeAllConnections();
