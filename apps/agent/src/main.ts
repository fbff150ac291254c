/**
 * The agent of one node: receives its plan, makes the kernel equal to it, says what it read back.
 *
 * It dies without consequence: the kernel keeps enforcing, and the next one starts from the disk's plan and the kernel's state.
 *
 * @module
 */
import { Dataplane } from '@firsthop/dataplane';
import { systemDecisions } from '@firsthop/ruleset';
import { AgentLink, serveControl } from '@firsthop/transport';
import { type AgentAction, AgentSession } from '@firsthop/wire';
import { readFileSync } from 'node:fs';
import pino from 'pino';
import { AdoptingWindow } from './adopting-window.ts';
import { readConfig } from './config.ts';
import { deniedBy } from './denied-connections.ts';
import { DeniedEnder } from './end-denied.ts';
import { Enforcement } from './enforcement.ts';
import { AttributionService } from './flow-records/attribution-service.ts';
import { hostOf } from './host.ts';
import { PlanStore } from './plan-store.ts';
import { watchKernel } from './watch-kernel.ts';

const config = readConfig(process.argv[2] ?? '/etc/firsthop/agent.yaml', process.env);
const log = pino({ base: { node: config.node } }, pino.destination(2));
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
process.on('unhandledRejection', (error) => log.error({ error: String(error) }, 'a fault inside the agent; the kernel keeps enforcing'));

const store = new PlanStore(config.stateDir);
const stored = store.load();
if (stored.why !== undefined) log.warn(`the plan on disk is not used: ${stored.why}`);
const session = new AgentSession(config.node, stored.plan);
const host = hostOf(config.kernel);
const dataplane = new Dataplane(host.port);
const ender =
  host.connections === undefined
    ? undefined
    : new DeniedEnder({
        connections: host.connections,
        deniedNow: () => (enforcement.tables === undefined ? undefined : deniedBy(enforcement.tables)),
        onEnded: (count) => log.info(`${count} connections were ended, because policy denies them now, or ends them by its change`),
        onFault: (error) => log.error({ error: String(error) }, 'connections that policy denies could not be ended'),
      });
/** A kernel that cannot be read is not known to be new. */
const isFirst = await host.port.read().then(
  (state) => [...state.values()].every(({ chains }) => chains.size === 0),
  () => false,
);
const adopting = new AdoptingWindow({ lasts: config.adoptMs, isFirst, onEnd: () => enforcement.changed() });
const enforcement = new Enforcement({
  dataplane,
  listLinks: host.listLinks,
  exclusivePrefixes: config.exclusivePrefixes,
  isAdopting: () => adopting.isOpen,
  onKilled: (isKilled) => ender?.kill(isKilled),
  onRealized: (realization) => {
    if (realization.error !== undefined) log.error({ error: realization.error }, 'the plan is not realized');
    else {
      adopting.realized();
      ender?.changed();
    }
    link.send(session.ack(realization));
  },
});

const attribution = new AttributionService({
  capacity: config.flowRecords,
  tables: () => enforcement.tables,
  counters: () => dataplane.counters(),
  watch: host.watchFlows,
  onFault: (error) => log.error({ error: String(error) }, 'connections of this kernel are not all heard of'),
});

const perform = (actions: readonly AgentAction[]): { send: string[]; leave?: string } => {
  const answer: { send: string[]; leave?: string } = { send: [] };
  for (const action of actions) {
    if (action.do === 'send') answer.send.push(action.text);
    else if (action.do === 'close') answer.leave = action.reason;
    else {
      store.save(action.plan);
      enforcement.adopt(action.plan);
    }
  }
  return answer;
};

const read = (file: string): string => readFileSync(file, 'utf8');
const link = new AgentLink({
  urls: config.managers,
  cluster: config.cluster,
  tls: { ca: read(config.tls.ca), cert: read(config.tls.cert), key: read(config.tls.key) },
  hello: () => session.hello(),
  receive: (text) => perform(session.receive(text)),
  onState: (connected, why) => {
    log.info(connected ? `connected to ${why}` : `not connected: ${why}`);
    if (connected && enforcement.last !== undefined) link.send(session.ack(enforcement.last));
  },
});

const control = await serveControl(config.controlSocket, {
  '/status': () => Promise.resolve({ node: config.node, revision: session.plan?.revision.digest, realized: enforcement.last, isAdopting: adopting.isOpen, flows: attribution.status() }),
  '/counters': async () => Object.fromEntries(await attribution.count()),
  '/flows': () => Promise.resolve(attribution.flows()),
  '/decisions': () => Promise.resolve({ ...systemDecisions, ...Object.fromEntries([...(enforcement.tables?.decisions ?? [])].map(([id, { verdict, attribution }]) => [id, { verdict, ...attribution }])) }),
});
if (stored.plan !== undefined) enforcement.adopt(stored.plan);
host.watchLinks(() => enforcement.linksChanged(), stop.signal);
const count = (): Promise<void> =>
  attribution.count().then(
    () => undefined,
    (error: unknown) => log.error({ error: String(error) }, 'the counters could not be read'),
  );
const verify = (): Promise<void> =>
  enforcement.verify().then(
    (drift) => (drift > 0 ? log.warn(`${drift} objects of ours were changed by somebody else and put right`) : undefined),
    (error: unknown) => log.error({ error: String(error) }, 'the kernel could not be read back'),
  );
const verifying = setInterval(() => void Promise.all([verify(), count()]), config.verifyEveryMs);
const watching = watchKernel({ isTouched: () => dataplane.isTouched() === true, isBusy: () => enforcement.isBusy, look: verify });

await link.run(stop.signal);
clearInterval(verifying);
watching.stop();
attribution.close();
adopting.stop();
control.close();
