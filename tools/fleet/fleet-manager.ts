/**
 * A manager of a cluster of small namespaces, without a kernel or an API server: it compiles, serves agents, and changes its cluster on demand. Arguments:
 * CREDENTIALS NODES tls|plain.
 *
 * @module
 */
import { type Change, Compiler } from '@firsthop/compiler';
import { keepYoungHeapSteady, systemMemory } from '@firsthop/memory';
import { AgentServer } from '@firsthop/transport';
import { ManagerSession, PlanFeed } from '@firsthop/wire';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NodeRegistry } from '../../apps/manager/src/node-registry.ts';
import { seeded } from '../bench/random.ts';
import { churn as eventsOf } from '../workloads/churn.ts';
import { decode } from '../workloads/decode.ts';
import { smallNamespaces } from '../workloads/workloads.ts';
import { fleetCluster, readFleet } from './credentials.ts';
import { Lags } from './lags.ts';
import { hear, microseconds, type Order, say } from './messages.ts';
import { watchPauses } from './pauses.ts';
import { believe } from './plain-upgrade.ts';

setFlagsFromString('--expose-gc');
/** As `apps/manager` does. */
const memory = systemMemory({ ownMapping: 60 * 1024 });
keepYoungHeapSteady(16 * 1024 * 1024);
const collect = runInNewContext('gc') as () => void;

const [file = '', nodes = '0', security = 'tls'] = process.argv.slice(2);
const isPlain = security === 'plain';
const { manager } = readFleet(file);
const compiler = new Compiler({ cluster: fleetCluster });
const changes = [...smallNamespaces(1, 25_000, Number(nodes))].map(decode);
for (const change of changes) compiler.apply(change);
const events = eventsOf(changes, seeded(2));
/** The first one is asked for here: the generator looks through the whole cluster then, for a fifth of a second, and everybody would wait for that who is told of a change. */
let upcoming = events.next().value as Change;
const feed = new PlanFeed({ snapshot: (node) => compiler.snapshot(node) });
const registry = new NodeRegistry();
let [acks, told] = [0, 0];
/** `position`: when what is flushed was due. Agents say how much later they heard of it. */
const flush = (position: number): ReadonlyMap<string, unknown> => {
  const deltas = compiler.flush({ epoch: 0, watermarks: new Map([['fleet', position]]) });
  feed.changed(deltas);
  return deltas;
};
flush(microseconds());

const agents = new AgentServer({
  accept: ({ name }) => new ManagerSession({ node: name, feed: feed.of(name), onReport: (report) => (registry.report(name, report), void acks++) }),
  onConnection: (node) => registry.connectionChanged(node),
});
const server = isPlain ? createPlain() : createServer({ ...manager, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3', handshakeTimeout: 60_000 });
server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => socket.destroy());
  if (isPlain) believe(request);
  agents.upgrade(request, socket, head);
});
server.on('tlsClientError', (_error, socket) => socket.destroy());

/** Of this process, after what is garbage is gone. */
const measure = (): object => {
  collect();
  memory?.trim();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss_mb: rss / 1e6, heap_mb: heapUsed / 1e6, cpu_s: (user + system) / 1e6, acks, told };
};

const pauses = watchPauses();
/** From when a change was due to when all that it concerns were sent it: the rest of what agents see is the kernel's and their own. */
const lags = new Lags();
const churn = (perSecond: number, seconds: number): void => {
  pauses();
  const begun = microseconds();
  const total = perSecond * seconds;
  let [done, spans, widest] = [0, 0, 0];
  const due = (n: number): number => begun + Math.round((n * 1e6) / perSecond);
  const step = (): void => {
    const now = microseconds();
    // What is due already goes out together, and is as old as the oldest of it.
    const position = due(done);
    let isAny = false;
    for (; done < total && due(done) <= now; done++) {
      compiler.apply(upcoming);
      upcoming = events.next().value as Change;
      isAny = true;
    }
    if (isAny) {
      const touched = flush(position);
      spans += touched.size;
      widest = Math.max(widest, touched.size);
      told += touched.size;
      agents.planChanged(touched.keys() as Iterable<string>);
      const lag = microseconds() - position;
      for (let i = 0; i < touched.size; i++) lags.add(lag);
    }
    if (done < total) setTimeout(step, Math.max(0, (due(done) - microseconds()) / 1000));
    else say({ ...pauses(), ...lags.quantiles('sent'), churned: done, seconds: (microseconds() - begun) / 1e6, mean_span: spans / done, widest });
  };
  step();
};

hear(process.stdin, (order: Order) => {
  if (order.do === 'churn') churn(order.perSecond, order.seconds);
  else if (order.do === 'tell') say(measure());
});
server.listen(0, '127.0.0.1', () => say({ port: (server.address() as AddressInfo).port, ...measure() }));
