/**
 * The manager of one cluster: facts and policies in, node plans out.
 *
 * It holds no truth of its own: the policy directory is the truth, peers' endpoints are told again, and agents keep what
 * they have while it is away.
 *
 * @module
 */
import { type Caller, type ClusterStatus, type FederationContext, PeerExports, ResumableLog, serveFederation, type SharedPolicy } from '@firsthop/federation';
import { keepYoungHeapSteady, systemMemory, whenQuiet } from '@firsthop/memory';
import { AgentServer, serveControl } from '@firsthop/transport';
import { identityOfCertificate } from '@firsthop/trust';
import { ManagerSession, PlanFeed } from '@firsthop/wire';
import type { Revision } from '@firsthop/plan';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import pino from 'pino';
import { clusterLimits } from './cluster-limits.ts';
import { ClusterState, type PlanChanges } from './cluster-state.ts';
import { readConfig } from './config.ts';
import { followDirectory, type Loaded } from './directory-source.ts';
import { Generation } from './generation.ts';
import { followKubernetes } from './kubernetes-source.ts';
import { NodeRegistry } from './node-registry.ts';
import { PeerLinks } from './peer-links.ts';
import { PolicyRollout } from './policy-rollout.ts';
import { OwnPositions, SharedPositions } from './positions.ts';
import { startReplica } from './replicas/start-replica.ts';
import { createManagerServer, listen } from './server.ts';
import { Standing } from './standing.ts';

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
/** Among several managers: which number the content has that is served here. */
const shared = config.replicas === undefined ? undefined : new SharedPositions();
const positions = shared ?? new OwnPositions(generation, config.epoch);
const generationNow = (): number => shared?.number ?? generation.value;
const state: ClusterState = new ClusterState(cluster, positions, { onFact: (change) => exports.changed(change) });
const exports = new PeerExports(incarnation, state.inventory);
const nodes = new NodeRegistry();
let errors: readonly string[] = [];
/** What this cluster's own source says; peers' policies are theirs. */
let standing = new Standing();
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
const feed = new PlanFeed({ snapshot: (node) => state.plan(node), position: () => positions.current(), isReady });
/** Nodes whose agents know more than this manager does, and wait for it. */
const ahead = new Set<string>();
const agents = new AgentServer({
  accept: ({ role, cluster: from, name }) =>
    role === 'agent' && from === cluster
      ? new ManagerSession({ node: name, feed: feed.of(name), onReport: (report) => nodes.report(name, report), onWait: (accepted) => waitOf(name, accepted) })
      : `a ${role} of cluster ${from} is no agent of cluster ${cluster}`,
  onConnection: (node, connected, reason) => {
    nodes.connectionChanged(node);
    if (!connected) ahead.delete(node);
    trimSoon();
    log.info(connected ? `agent of ${node} connected` : `agent of ${node} left: ${reason ?? ''}`);
  },
});

const waitOf = (node: string, accepted: Revision | undefined): void => {
  if (accepted === undefined) ahead.delete(node);
  else {
    ahead.add(node);
    log.warn(`the agent of ${node} is further than this manager: it has epoch ${accepted.epoch}, ${[...accepted.watermarks].map(([source, at]) => `${source} ${at}`).join(', ')}; it is served when this manager has caught up`);
  }
};
/** Time passes for who waits for a clock, though nothing changes. */
setInterval(() => agents.planChanged([...ahead]), 1000).unref();

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
/** What some policies have become, whose times are to be known before anybody is told. */
const policiesChanged = (changes: PlanChanges): void => {
  if (shared !== undefined) shared.edge = state.isTimed ? (state.nextEdge() ?? Infinity) : undefined;
  changed(changes);
  waitForEdge();
};
/** Policies begin and end by themselves. */
const waitForEdge = (): void => {
  clearTimeout(edge);
  const next = state.nextEdge();
  if (next === undefined) return;
  edge = setTimeout(() => {
    if (shared !== undefined) shared.edge = state.nextEdge() ?? Infinity;
    policiesChanged(state.passTime());
  }, Math.min(LONGEST_WAIT_MS, Math.max(0, next - Date.now()) + 1));
  edge.unref();
};

const links = new PeerLinks({
  tls,
  onFacts: (facts) => changed(state.apply(facts)),
  onPolicies: (peer, policies) => policiesChanged(state.replace(`peer ${peer}`, { facts: [], policies, tiers: [], groups: [] })),
  onFault: (peer, fault) => log.warn(`cluster ${peer}: ${fault}`),
});

/** What is served, and should not be relied upon. */
const warnings = (): readonly string[] => (shared === undefined || [...state.inventory.clusterPeers()].every((peer) => peer.cluster !== cluster) ? [] : ['this cluster has several managers and peers: what each of them has heard of a peer is not compared, so an agent that goes from one to another may for a moment be told of less']);

const status = (): ClusterStatus => {
  const known = [...state.inventory.nodes()].filter((node) => node.cluster === cluster).map(({ name }) => nodes.status(name, feed.digest(name), agents.isConnected(name)));
  const inSync = new Set(known.filter((node) => node.inSync).map(({ node }) => node));
  return { cluster, generation: generationNow(), ready: isReady(), policies: rollout.statuses(standing.policies, (node) => inSync.has(node), standing.inUse), workloads: [...state.inventory.workloads()].filter(({ kind }) => kind !== 'host').length, errors: [...(refused === undefined ? [] : [refused]), ...warnings(), ...errors, ...clusterLimits(state.inventory.workloads())], nodes: known };
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
  for (const { code, file, line, message } of loaded.warnings) if (code === 'NEAR_LIMIT') log.warn(`${file}:${line} ${message}`);
  const mine = loaded.clusters.get(cluster);
  const said = { facts: mine?.facts ?? [], policies: mine?.policies ?? [], tiers: mine?.tiers ?? [], groups: mine?.groups ?? [] };
  const changes = state.replace('directory', said);
  standing = Standing.of(said);
  sharedPolicies.replaceAll(new Map((mine?.shared ?? []).map(({ key, object }) => [key, { object }])));
  followed(changes);
};

/** The source has said something. */
const followed = (changes: PlanChanges): void => {
  links.follow([...state.inventory.clusterPeers()].filter((peer) => peer.cluster === cluster));
  loadedOnce = true;
  policiesChanged(changes);
};

const server = createManagerServer({ tls, agents, federation, isReady });
let port: Promise<number> | undefined;
/** Nobody is served before there is something to serve: a peer's first answer is then a whole one. */
const open = (): void => {
  port ??= listen(server, config.listen);
  port.then((number) => log.info(`generation ${generationNow()} on ${config.listen.host}:${number}`), (error: unknown) => log.fatal(String(error)));
};
const serve = (loaded: Loaded): void => {
  take(loaded);
  open();
};
/** What was read and has no number yet. */
let unnumbered: Loaded | undefined;
const { replicas } = config;
const replica =
  replicas === undefined || shared === undefined
    ? undefined
    : startReplica(
        replicas.folder,
        {
          name: replicas.name,
          incarnation,
          epoch: config.epoch,
          onPosition: (at) => {
            shared.take(at);
            const loaded = unnumbered;
            unnumbered = undefined;
            if (loaded === undefined) changed(new Map());
            else serve(loaded);
          },
          onFault: (fault) => log.error(fault),
        },
        stop.signal,
      );
const control = config.controlSocket === undefined ? undefined : await serveControl(config.controlSocket, { '/status': () => Promise.resolve({ ...status(), clusters: links.infos(), replica: replica?.status(), ahead: [...ahead] }) });
setTimeout(() => changed(new Map()), PEER_PATIENCE_MS + 1).unref();
const ofDirectory = (directory: string): Promise<void> =>
  followDirectory(
    directory,
    {
      onLoaded: (loaded, content) => {
        refused = undefined;
        if (replica === undefined) return serve(loaded);
        unnumbered = loaded;
        replica.see(content);
      },
      onFault: (fault) => {
        refused = fault;
        log.error(fault);
      },
    },
    stop.signal,
  );
const ofApiServer = (settings: NonNullable<typeof config.kubernetes>): Promise<void> =>
  followKubernetes(
    cluster,
    settings,
    {
      onChanges: (changes, isFirst) => {
        standing.apply(changes);
        followed(state.apply(changes));
        if (isFirst) open();
      },
      onErrors: (all) => {
        errors = all;
      },
      onNews: (text, isFault) => (isFault ? log.warn(text) : log.info(text)),
    },
    stop.signal,
  );
await (config.kubernetes === undefined ? ofDirectory(config.directory ?? '') : ofApiServer(config.kubernetes));
links.close();
federation.close();
agents.close();
control?.close();
server.close();
server.closeAllConnections();
await replica?.ended;
