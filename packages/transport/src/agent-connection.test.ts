/** Agents and their manager over real sockets: who is let in, who is cut, and that the others notice nothing. */
import { ipv4 } from '@firsthop/netaddr';
import { diffPlans, emptyPlan, type NodePlan, planDigest, type PlanRule, planRuleId, type PlanRuleId } from '@firsthop/plan';
import { CertificateAuthority, type Identity } from '@firsthop/trust';
import { AgentSession, ManagerSession, MAX_AGENT_FRAME, PlanFeed, readFrame } from '@firsthop/wire';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { AgentLink } from './agent-link.ts';
import { AgentServer } from './agent-server.ts';

const agentOf = (name: string, cluster = 'east'): Identity => ({ role: 'agent', cluster, name });
let [ours, theirs]: CertificateAuthority[] = [];
beforeAll(async () => {
  [ours, theirs] = [await CertificateAuthority.create('ours'), await CertificateAuthority.create('theirs')];
});
const issue = (identity: Identity, authority = ours!) => authority.issue({ identity, hosts: ['127.0.0.1'] });
const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !what(); i++) await delay(10);
  expect(what()).toBe(true);
};

/** A plan of a node that holds so many addresses of its own. */
const planOf = (node: string, addresses: number, generation = 1): NodePlan => {
  const content = { ...emptyPlan(node), ownNode: Array.from({ length: addresses }, (_, i) => ipv4(0x0a000000 + i)) };
  return { ...content, revision: { epoch: 0, watermarks: new Map([['directory', generation]]), digest: planDigest(content) } };
};

/** Too large for the buffers of a kernel, and nothing that could be packed. */
const largePlan = (node: string): NodePlan => {
  const rules = new Map(
    Array.from({ length: 30_000 }, (_, i): [PlanRuleId, PlanRule] => {
      const id = planRuleId(i.toString(16).padStart(16, '0'));
      return [id, { id, action: 'drop', matches: [], log: false, attribution: { reason: 'rule', direction: 'ingress', owner: randomBytes(375).toString('base64') } }];
    }),
  );
  const content = { ...emptyPlan(node), rules };
  return { ...content, revision: { epoch: 0, watermarks: new Map([['directory', 1]]), digest: planDigest(content) } };
};

/** A manager of nodes n1 and n2 that listens, with a record of who came and went. */
class Manager {
  readonly plans = new Map([['n1', planOf('n1', 1)], ['n2', planOf('n2', 1)]]);
  /** Whose plan was looked at. */
  readonly asked = new Set<string>();
  readonly feed = new PlanFeed({ snapshot: (node) => (this.asked.add(node), this.plans.get(node)) });
  readonly said: string[] = [];
  readonly acks = new Map<string, string>();
  /** How many acks were heard. */
  reports = 0;
  readonly agents: AgentServer;
  server: Server | undefined;
  port = 0;

  constructor(options: { heartbeatMs?: number; maxBuffered?: number; maxConnections?: number; maxWhole?: number; allowance?: { atOnce: number; perSecond: number } } = {}) {
    this.agents = new AgentServer({
      ...options,
      accept: ({ role, cluster, name }) =>
        role === 'agent' && cluster === 'east' ? new ManagerSession({ node: name, feed: this.feed.of(name), onReport: ({ digest }) => void (this.reports++, this.acks.set(name, digest)) }) : `a ${role} of cluster ${cluster} is no agent of ours`,
      onConnection: (node, connected, reason) => this.said.push(`${node} ${connected ? 'came' : `left: ${reason ?? ''}`}`),
    });
  }

  /** A node's next plan. */
  change(node: string, plan: NodePlan): void {
    const delta = diffPlans(this.plans.get(node) ?? emptyPlan(node), plan);
    this.plans.set(node, plan);
    if (delta.base !== plan.revision.digest) this.feed.changed(new Map([[node, delta]]));
    this.agents.planChanged([node]);
  }

  async listen(port = 0): Promise<void> {
    const tls = await issue({ role: 'manager', cluster: 'east', name: 'manager' });
    this.server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' });
    this.server.on('upgrade', (request, socket, head) => this.agents.upgrade(request, socket, head));
    this.server.on('tlsClientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve) => this.server?.listen(port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    standing.push(this);
  }

  close(): void {
    this.agents.close();
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
const standing: Manager[] = [];
const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
  for (const manager of standing.splice(0)) manager.close();
});

/** A whole agent: link and session; acks what it adopts. */
const startAgent = async (port: number | readonly number[], node: string, heartbeatMs?: number, held?: NodePlan): Promise<{ session: AgentSession; states: string[]; received: string[] }> => {
  const session = new AgentSession(node, held);
  const [states, received]: string[][] = [[], []];
  const link = new AgentLink({
    urls: [port].flat().map((one) => `wss://127.0.0.1:${one}/agent`),
    cluster: 'east',
    node,
    tls: await issue(agentOf(node)),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    hello: () => session.hello(),
    receive: (frame) => {
      const read = readFrame(frame);
      received!.push(read.ok ? read.value.type : read.error);
      const actions = session.receive(frame);
      const adopted = actions.flatMap((action) => (action.do === 'adopt' ? [session.ack({ digest: action.plan.revision.digest, kernel: 'k', endpoints: [] })] : action.do === 'send' ? [action.text] : []));
      return { send: adopted, leave: actions.find((action) => action.do === 'close')?.reason, lag: actions.find((action) => action.do === 'lag')?.reason };
    },
    onState: (connected, why) => {
      states!.push(`${connected ? 'up' : 'down'} ${why}`);
      if (connected && session.plan !== undefined) link.send(session.ack({ digest: session.plan.revision.digest, kernel: 'k', endpoints: [] }));
    },
  });
  const stop = new AbortController();
  stops.push(stop);
  void link.run(stop.signal);
  return { session, states: states!, received: received! };
};

/** A bare socket with an identity; resolves with how it ended. */
const bare = async (port: number, identity: Identity, speak: (socket: WebSocket) => void, authority = ours!): Promise<string> => {
  const tls = { ...(await issue(identity, authority)), ca: ours!.pem };
  return new Promise((resolve) => {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/agent`, { ...tls, checkServerIdentity: (() => undefined) as never, perMessageDeflate: false });
    let why = 'closed';
    socket.on('open', () => speak(socket));
    socket.on('error', (error) => (why = error.message));
    socket.on('unexpected-response', (_request, response) => {
      response.setEncoding('utf8').on('data', (text: string) => (why = text.trim())).on('end', () => resolve(why));
    });
    socket.on('close', () => resolve(why));
  });
};

describe('who is let in', () => {
  it('not a certificate of another authority, and not without one', async () => {
    const manager = new Manager();
    await manager.listen();
    expect(await bare(manager.port, agentOf('n1'), () => undefined, theirs!)).toMatch(/alert|ECONNRESET|socket hang up|disconnected/);
    const nobody = await new Promise<string>((resolve) => {
      const socket = connectTls({ port: manager.port, host: '127.0.0.1', ca: ours!.pem, checkServerIdentity: () => undefined }, () => socket.write('GET /agent HTTP/1.1\r\n\r\n'));
      socket.on('error', (error) => resolve(error.message)).on('end', () => resolve('ended')).resume();
    });
    expect(nobody).toMatch(/certificate required|ended|ECONNRESET/);
    const plain = await new Promise<string>((resolve) => {
      const socket = connectTcp(manager.port, '127.0.0.1', () => socket.write('GET /agent HTTP/1.1\r\nHost: x\r\n\r\n'));
      socket.on('error', (error) => resolve(error.message)).on('close', () => resolve('closed')).on('data', (data) => resolve(`said ${String(data)}`));
    });
    expect(plain).not.toContain('said HTTP');
    expect(manager.said).toEqual([]);
  });

  it.each([
    { who: { role: 'manager', cluster: 'east', name: 'manager' } as const, why: 'a manager of cluster east is no agent of ours' },
    { who: { role: 'operator', cluster: 'east', name: 'me' } as const, why: 'a operator of cluster east is no agent of ours' },
    { who: agentOf('n1', 'west'), why: 'a agent of cluster west is no agent of ours' },
  ])('not $who.role of $who.cluster, and it hears why', async ({ who, why }) => {
    const manager = new Manager();
    await manager.listen();
    expect(await bare(manager.port, who, () => undefined)).toBe(why);
  });

  it('an agent is who its certificate says, whatever its hello says', async () => {
    const manager = new Manager();
    await manager.listen();
    const end = await bare(manager.port, agentOf('n1'), (socket) => socket.send(new AgentSession('n2', undefined).hello()));
    expect(end).toBe('closed');
    expect(manager.said.at(-1)).toBe('n1 left: the certificate is of node n1, the agent says n2');
  });

  it('no more than so many', async () => {
    const manager = new Manager({ maxConnections: 1 });
    await manager.listen();
    await startAgent(manager.port, 'n1');
    await until(() => manager.acks.has('n1'));
    expect(await bare(manager.port, agentOf('n2'), () => undefined)).toBe('too many agents');
  });

  it('an agent leaves a server that is no manager of its cluster', async () => {
    const tls = await issue({ role: 'manager', cluster: 'west', name: 'manager' });
    const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const agent = await startAgent((server.address() as AddressInfo).port, 'n1');
    await until(() => agent.states.length > 0);
    expect(agent.states[0]).toBe('down expected a manager of cluster east, found a manager of west');
    server.close();
    server.closeAllConnections();
  });
});

describe('who misbehaves is cut, and nobody else notices', () => {
  it.each([
    { name: 'noise', speak: (socket: WebSocket) => socket.send('\0\u{1f4a5}{{{'), why: /not JSON/ },
    { name: 'a binary message', speak: (socket: WebSocket) => socket.send(Buffer.alloc(10)), why: /a binary message/ },
    { name: 'an oversized message', speak: (socket: WebSocket) => socket.send('x'.repeat(MAX_AGENT_FRAME + 1)), why: /Max payload size exceeded/ },
    { name: 'a deep message', speak: (socket: WebSocket) => socket.send('['.repeat(100_000)), why: /not JSON|not a message/ },
    { name: 'a message of another kind', speak: (socket: WebSocket) => socket.send('{"type":"grant","role":"admin"}'), why: /not a message of an agent/ },
    { name: 'a message with a field too many', speak: (socket: WebSocket) => socket.send('{"type":"hello","protocol":3,"node":"n1","__proto__":{"x":1}}'), why: /not a message of an agent/ },
    { name: 'an ack before hello', speak: (socket: WebSocket) => socket.send(`{"type":"ack","digest":"${'0'.repeat(64)}"}`), why: /the first message must be hello/ },
    { name: 'another protocol', speak: (socket: WebSocket) => socket.send('{"type":"hello","protocol":99,"node":"n1"}'), why: /protocol 3, the agent 99/ },
    { name: 'a second hello', speak: (socket: WebSocket) => [1, 2].forEach(() => socket.send('{"type":"hello","protocol":3,"node":"n1"}')), why: /a second hello/ },
    { name: 'asking for a whole plan again and again', speak: (socket: WebSocket) => [new AgentSession('n1', undefined).hello(), ...Array.from({ length: 11 }, () => '{"type":"resync","reason":"so"}')].forEach((text) => socket.send(text)), why: /asked for a whole plan 11 times/ },
    { name: 'a broken frame', speak: (socket: WebSocket) => (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff])), why: /Invalid|RSV/ },
  ])('$name', async ({ speak, why }) => {
    const manager = new Manager();
    await manager.listen();
    const honest = await startAgent(manager.port, 'n2');
    await until(() => manager.acks.get('n2') === manager.plans.get('n2')?.revision.digest);
    await bare(manager.port, agentOf('n1'), speak);
    await until(() => manager.said.some((line) => line.startsWith('n1 left')));
    expect(manager.said.find((line) => line.startsWith('n1 left'))).toMatch(why);
    manager.change('n2', planOf('n2', 2, 2));
    await until(() => manager.acks.get('n2') === manager.plans.get('n2')?.revision.digest);
    expect(honest.states).toHaveLength(1);
  });

  it.each([
    { name: 'is read more slowly', allowance: undefined, isHeard: false },
    { name: 'would be heard at once if nobody counted', allowance: { atOnce: 1e9, perSecond: 1e9 }, isHeard: true },
  ])('who says very much $name', async ({ allowance, isHeard }) => {
    const manager = new Manager(allowance === undefined ? {} : { allowance });
    await manager.listen();
    await startAgent(manager.port, 'n2');
    await until(() => manager.acks.has('n2'));
    const [most, before] = [20_000, manager.reports];
    await bare(manager.port, agentOf('n1'), (socket) => {
      const session = new AgentSession('n1', undefined);
      socket.send(session.hello());
      for (let i = 0; i < most; i++) socket.send(session.ack({ digest: 'f'.repeat(64), kernel: 'k', endpoints: [] }));
      setTimeout(() => socket.terminate(), 1500);
    });
    // Twenty at once, and fifty a second.
    if (isHeard) expect(manager.reports - before).toBeGreaterThan(most / 2);
    else expect(manager.reports - before).toBeLessThan(300);
    if (!isHeard) expect(manager.reports - before).toBeGreaterThan(20);
    manager.change('n2', planOf('n2', 2, 2));
    await until(() => manager.acks.get('n2') === manager.plans.get('n2')?.revision.digest);
  });

  it('an agent that does not read is cut by its heartbeat', async () => {
    const manager = new Manager({ heartbeatMs: 100 });
    await manager.listen();
    manager.plans.set('n1', planOf('n1', 256));
    let deaf: WebSocket | undefined;
    void bare(manager.port, agentOf('n1'), (socket) => {
      deaf = socket;
      socket.send(new AgentSession('n1', undefined).hello());
      socket.pause();
    });
    await until(() => manager.said.includes('n1 came'));
    for (let i = 0; i < 1000; i++) {
      manager.change('n1', planOf('n1', 1 + (i % 200), 2 + i));
    }
    await until(() => manager.said.includes('n1 left: no heartbeat'));
    deaf?.terminate();
  });

  it('who does not read its whole plan keeps nobody else from theirs', async () => {
    const manager = new Manager({ maxWhole: 1 });
    manager.plans.set('n1', largePlan('n1'));
    await manager.listen();
    let deaf: WebSocket | undefined;
    void bare(manager.port, agentOf('n1'), (socket) => {
      deaf = socket;
      socket.pause();
      socket.send(new AgentSession('n1', undefined).hello());
    });
    await until(() => manager.asked.has('n1'));
    const before = performance.now();
    await startAgent(manager.port, 'n2');
    await until(() => manager.acks.has('n2'));
    // Its place is another's after a second, and not before.
    expect(performance.now() - before).toBeGreaterThan(500);
    expect(manager.agents.isConnected('n1')).toBe(true);
    deaf?.terminate();
  });

  it('more than its share of waiting bytes cuts an agent too', async () => {
    const manager = new Manager({ maxBuffered: 1 });
    await manager.listen();
    manager.plans.set('n1', planOf('n1', 256));
    await bare(manager.port, agentOf('n1'), (socket) => socket.send(new AgentSession('n1', undefined).hello()));
    expect(manager.said.at(-1)).toBe('n1 left: reads too slowly');
  });

  it('a second connection of the same node replaces the first', async () => {
    const manager = new Manager();
    await manager.listen();
    const first = bare(manager.port, agentOf('n1'), (socket) => socket.send(new AgentSession('n1', undefined).hello()));
    await until(() => manager.said.includes('n1 came'));
    await startAgent(manager.port, 'n1');
    await first;
    await until(() => manager.acks.has('n1'));
    expect(manager.agents.isConnected('n1')).toBe(true);
  });
});

describe('an agent that was away', () => {
  it('comes back to a restarted manager, and gets the difference, or nothing', async () => {
    const manager = new Manager();
    await manager.listen();
    const agent = await startAgent(manager.port, 'n1');
    await until(() => manager.acks.get('n1') === manager.plans.get('n1')?.revision.digest);
    expect(agent.received).toEqual(['snapshot']);
    manager.close();
    await until(() => agent.states.some((state) => state.startsWith('down')));
    const same = new Manager();
    await same.listen(manager.port);
    await until(() => same.acks.has('n1'));
    expect(agent.received).toEqual(['snapshot']);
    same.change('n1', planOf('n1', 3, 2));
    await until(() => agent.session.plan?.revision.digest === same.plans.get('n1')?.revision.digest);
    expect(agent.received).toEqual(['snapshot', 'changes']);
  });

  it('never takes an older plan from a manager that lags', async () => {
    const manager = new Manager();
    manager.plans.set('n1', planOf('n1', 3, 7));
    await manager.listen();
    const agent = await startAgent(manager.port, 'n1');
    await until(() => agent.session.plan !== undefined);
    manager.close();
    await until(() => agent.states.some((state) => state.startsWith('down')));
    const lagging = new Manager();
    lagging.plans.set('n1', planOf('n1', 2, 6));
    await lagging.listen(manager.port);
    await until(() => lagging.acks.has('n1'));
    lagging.change('n1', planOf('n1', 4, 6));
    await delay(100);
    expect([agent.received, agent.session.plan?.revision.watermarks.get('directory')]).toEqual([['snapshot', 'wait'], 7]);
    // It is the only one, and so it is not left. It catches up.
    expect(agent.states.filter((state) => state.startsWith('up'))).toHaveLength(2);
    lagging.change('n1', planOf('n1', 5, 8));
    await until(() => agent.session.plan?.ownNode.length === 5);
  });

  it('goes from a manager that lags to one that does not, and gets the difference there', async () => {
    const [lagging, ahead] = [new Manager(), new Manager()];
    lagging.plans.set('n1', planOf('n1', 2, 6));
    ahead.plans.set('n1', planOf('n1', 9, 8));
    await lagging.listen();
    await ahead.listen();
    const agent = await startAgent([lagging.port, ahead.port], 'n1', undefined, planOf('n1', 3, 7));
    await until(() => agent.session.plan?.ownNode.length === 9);
    // Which of the two was the first one is the agent's own choice.
    expect(agent.received.filter((type) => type !== 'wait')).toEqual(['ask', 'mend']);
    await delay(100);
    expect([lagging.agents.isConnected('n1'), ahead.agents.isConnected('n1')]).toEqual([false, true]);
    // Back, because its manager is gone: what is not there yet is waited for, and the plan stays.
    ahead.close();
    await until(() => agent.received.at(-1) === 'wait' && lagging.agents.isConnected('n1'));
    expect(agent.session.plan?.ownNode.length).toBe(9);
    lagging.change('n1', planOf('n1', 10, 9));
    await until(() => agent.session.plan?.ownNode.length === 10);
    expect(agent.received).not.toContain('snapshot');
  });

  it('notices a manager that is silent', async () => {
    const manager = new Manager({ heartbeatMs: 1_000_000 });
    await manager.listen();
    const agent = await startAgent(manager.port, 'n1', 50);
    await until(() => agent.states.filter((state) => state.startsWith('up')).length > 1);
  });
});
