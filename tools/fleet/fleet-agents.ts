/**
 * Simulated agents, all in this process: they connect, take plans, answer at once. One of a hundred is a whole agent's session, which checks what it is sent; the others
 * look at the revision. Arguments: wss://HOST:PORT or ws://HOST:PORT, CREDENTIALS COUNT [HANDSHAKES AT A TIME].
 *
 * @module
 */
import { AgentSession, encodeAgentMessage, headsOf, MAX_FRAME, PROTOCOL } from '@firsthop/wire';
import { createSecureContext } from 'node:tls';
import WebSocket, { type ClientOptions } from 'ws';
import { nodeName, readFleet } from './credentials.ts';
import { Lags } from './lags.ts';
import { hear, microseconds, type Order, say } from './messages.ts';
import { misbehave } from './misbehaviour.ts';
import { watchPauses } from './pauses.ts';
import { plainPath } from './plain-upgrade.ts';

const [url = '', file = '', count = '0', parallel = '50'] = process.argv.slice(2);
const { agents: credentials } = readFleet(file);
const total = Number(count);
const isPlain = url.startsWith('ws:');

const pauses = watchPauses();
const lags = new Lags();
const sockets: WebSocket[] = [];
/** Nobody asks how late they hear of something. */
const bad = new Set<WebSocket>();
let [synced, received, bytes, wrong, left] = [0, 0, 0, 0, 0];
/** Lag is counted from here on. */
let isChurning = false;

/** What to answer to a frame, and the position of the first change in it. */
type Reader = (frame: Uint8Array) => { readonly answers: readonly string[]; readonly first: number };

const positionOf = (watermarks: ReadonlyMap<string, number>): number => watermarks.get(fleetSource) ?? 0;
const fleetSource = 'fleet';

const light: Reader = (frame) => {
  const heads = headsOf(frame);
  // It holds no plan that it could be asked about.
  if (heads.length === 0) return { answers: [encodeAgentMessage({ type: 'resync', reason: 'a simulated agent' })], first: microseconds() };
  return { answers: [encodeAgentMessage({ type: 'ack', digest: heads.at(-1)?.digest ?? '', kernel: 'k' })], first: positionOf(heads[0]?.watermarks ?? new Map()) };
};

/** Decodes, applies, and compares digests. */
const whole = (node: string): Reader => {
  const session = new AgentSession(node, undefined);
  session.hello();
  return (frame) => {
    const { first } = light(frame);
    const answers = session.receive(frame).flatMap((action) => {
      if (action.do === 'adopt') return [session.ack({ digest: action.plan.revision.digest, kernel: 'k', endpoints: [] })];
      // To say what its plan looks like is no fault.
      if (action.do !== 'send' || !action.text.includes('"outline"')) wrong++;
      return action.do === 'send' ? [action.text] : [];
    });
    return { answers, first };
  };
};

const connect = (n: number, onOpen: () => void): void => {
  const node = nodeName(n);
  const issued = credentials[node];
  if (issued === undefined) throw new Error(`no credentials of ${node}`);
  const options: ClientOptions & { secureContext?: unknown } = { perMessageDeflate: false, maxPayload: MAX_FRAME };
  if (!isPlain) Object.assign(options, { secureContext: createSecureContext({ ...issued, minVersion: 'TLSv1.3' }), checkServerIdentity: () => undefined });
  const socket = new WebSocket(`${url}${plainPath(node)}`, options);
  sockets[n] = socket;
  const read = n % 100 === 0 ? whole(node) : light;
  let isSynced = false;
  socket.on('open', () => {
    socket.send(encodeAgentMessage({ type: 'hello', protocol: PROTOCOL, node }));
    onOpen();
  });
  socket.on('message', (frame: Buffer) => {
    const now = microseconds();
    const { answers, first } = read(frame);
    received++;
    bytes += frame.byteLength;
    if (isChurning && isSynced && !bad.has(socket)) lags.add(now - first);
    if (!isSynced) {
      isSynced = true;
      if (++synced === total) say({ synced, bytes, seconds: (microseconds() - begun) / 1e6 });
    }
    for (const answer of answers) socket.send(answer);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => void left++);
};

const begun = microseconds();
let next = 0;
const connectNext = (): void => {
  if (next < total) connect(next++, connectNext);
};
for (let i = 0; i < Number(parallel); i++) connectNext();

hear(process.stdin, (order: Order) => {
  if (order.do === 'misbehave') {
    // Every so many-th does.
    const step = Math.round(1 / order.share);
    for (let n = 1; n < total; n += step) {
      const socket = sockets[n];
      if (socket === undefined) continue;
      bad.add(socket);
      misbehave(socket, order.how);
    }
    isChurning = true;
    lags.clear();
    pauses();
    [received, bytes] = [0, 0];
    say({ misbehaving: bad.size });
  } else if (order.do === 'tell') {
    say({ ...pauses(), ...lags.quantiles('lag'), received, bytes, wrong, left });
    process.exit(0);
  }
});
