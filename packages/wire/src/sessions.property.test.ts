/**
 * Law: whatever the manager's plan does, and however the connection breaks, an agent that has acked the last message holds
 * the current plan; it is never taken back within an epoch.
 */
import fc from 'fast-check';
import { ipv4 } from '@firsthop/netaddr';
import { addressGroupId, diffPlans, emptyPlan, type NodePlan, planDigest } from '@firsthop/plan';
import { describe, expect, it } from 'vitest';
import { AgentSession } from './agent-session.ts';
import { FrameWriter } from './frames/frame-writer.ts';
import { readFrame } from './frames/read-frame.ts';
import { type AgentReport, ManagerSession, type SessionAction } from './manager-session.ts';
import type { EndpointState } from './message.ts';
import { PlanFeed } from './plan-feed.ts';
import { isOlder } from './revision-order.ts';

const planOf = (members: readonly number[], generation: number): NodePlan => {
  const group = addressGroupId('a'.repeat(16));
  const content = { ...emptyPlan('n'), addressGroups: new Map(members.length === 0 ? [] : [[group, { id: group, members: new Set(members.map((n) => ipv4(n))) }]]) };
  return { ...content, revision: { epoch: 0, watermarks: new Map([['directory', generation]]), digest: planDigest(content) } };
};

/** A manager's plan, and the feed of it. */
class Planned {
  plan: NodePlan;
  readonly feed: PlanFeed;

  constructor(plan: NodePlan, most?: number) {
    this.plan = plan;
    this.feed = new PlanFeed({ snapshot: () => this.plan, ...(most === undefined ? {} : { most }) });
  }

  set(plan: NodePlan): void {
    const delta = diffPlans(this.plan, plan);
    this.plan = plan;
    if (delta.base !== plan.revision.digest) this.feed.changed(new Map([['n', delta]]));
  }

  session(onReport: (report: AgentReport) => void = () => undefined): ManagerSession {
    return new ManagerSession({ node: 'n', feed: this.feed.of('n'), onReport });
  }
}

/** What a session says, with room for whole plans. */
const said = (session: ManagerSession, actions: readonly SessionAction[]): { readonly frames: Buffer[]; readonly closed?: string; readonly wholes: number } => {
  const all = actions.flatMap((action) => (action.do === 'queue' ? session.sendWhole() : [action]));
  const closed = all.find((action) => action.do === 'close')?.reason;
  return { frames: all.flatMap((action) => (action.do === 'send' ? [Buffer.concat(action.frame)] : [])), ...(closed === undefined ? {} : { closed }), wholes: actions.filter((action) => action.do === 'queue').length };
};

type Act = readonly number[] | 'deliver' | 'break' | 'restart';
const acts = fc.array(fc.oneof(fc.uniqueArray(fc.nat(5), { maxLength: 4 }), fc.constant('deliver' as const), fc.constant('break' as const), fc.constant('restart' as const)), { maxLength: 30 });

const kindOf = (frame: Buffer): string => {
  const read = readFrame(frame);
  return read.ok ? read.value.type : read.error;
};

/** How many whole plans it took. */
const simulate = (steps: readonly Act[], most: number): number => {
  let [generation, wholes] = [1, 0];
  let planned = new Planned(planOf([5], generation), most);
  const agent = new AgentSession('n', undefined);
  let toAgent: Buffer[] = [];
  let manager = planned.session();
  const send = (actions: readonly SessionAction[]): void => {
    const one = said(manager, actions);
    expect(one.closed).toBeUndefined();
    wholes += one.wholes;
    toAgent.push(...one.frames);
  };
  const connect = (): void => {
    toAgent = [];
    manager = planned.session();
    send(manager.receive(agent.hello()));
  };
  const deliver = (): void => {
    const frame = toAgent.shift();
    if (frame === undefined) return;
    const held = agent.plan?.revision;
    // Whoever holds a plan gets the difference, whoever knows how it came to be.
    if (held !== undefined) expect(kindOf(frame)).not.toBe('snapshot');
    for (const action of agent.receive(frame)) {
      if (action.do === 'adopt') {
        if (held !== undefined) expect(isOlder(action.plan.revision, held)).toBe(false);
        send(manager.receive(agent.ack({ digest: action.plan.revision.digest, endpoints: [] })));
      } else if (action.do === 'send') send(manager.receive(action.text));
      else throw new Error(action.reason);
    }
  };
  connect();
  for (const step of steps) {
    if (step === 'deliver') deliver();
    else if (step === 'break') connect();
    else if (step === 'restart') {
      // Another manager knows the plan, and not how it came to be so.
      planned = new Planned(planned.plan, most);
      connect();
    } else {
      planned.set(planOf(step, ++generation));
      send(manager.planChanged());
      expect(toAgent.length).toBeLessThanOrEqual(1);
    }
  }
  while (toAgent.length > 0) deliver();
  expect(agent.plan?.revision.digest).toBe(planned.plan.revision.digest);
  return wholes;
};

/** The first thing that somebody who has nothing is sent. */
const offer = (plan: NodePlan): Buffer => {
  const manager = new Planned(plan).session();
  return said(manager, manager.receive(new AgentSession('n', undefined).hello())).frames[0] as Buffer;
};

describe('manager and agent sessions', () => {
  it('end with the agent holding the current plan, with one message under way at the most, however few changes are kept', () => fc.assert(fc.property(acts, fc.nat(40), (steps, most) => void simulate(steps, most)), { numRuns: 1000 }));

  it('get the difference after a break, after changes that met a slow agent, and where nobody knows how their plan came to be', () => {
    const [one, two, three] = [[1], [1, 2], [1, 2, 3]];
    expect(simulate([one, 'deliver', 'deliver', two, 'break', three, 'break', 'deliver', 'break'], 40)).toBe(1);
    expect(simulate([one, two, three, 'deliver', 'deliver'], 40)).toBe(1);
    // Who was told, and did not hear it, is behind by two.
    expect(simulate(['deliver', one, two, 'break'], 40)).toBe(1);
    expect(simulate(['deliver', one, two, 'break'], 1)).toBe(1);
    expect(simulate(['deliver', 'restart', one, 'restart'], 40)).toBe(1);
    expect(simulate(['deliver', 'restart', one], 40)).toBe(1);
  });

  it('a hundred changes that met a slow agent are one message', () => {
    const planned = new Planned(planOf([200], 1));
    const agent = new AgentSession('n', planned.plan);
    const manager = planned.session();
    said(manager, manager.receive(agent.hello()));
    planned.set(planOf([1], 2));
    expect(said(manager, manager.planChanged()).frames).toHaveLength(1);
    for (let i = 2; i < 102; i++) {
      planned.set(planOf([i], i + 1));
      expect(said(manager, manager.planChanged()).frames).toHaveLength(0);
    }
    const { frames } = said(manager, manager.receive(`{"type":"ack","digest":"${planOf([1], 2).revision.digest}"}`));
    expect(frames).toHaveLength(1);
  });

  it('a manager that lags behind its agent says so once, and goes on when it has caught up', () => {
    const planned = new Planned(planOf([1], 4));
    const manager = planned.session();
    const agent = new AgentSession('n', planOf([2], 5));
    const [wait] = said(manager, manager.receive(agent.hello())).frames;
    expect(agent.receive(wait as Buffer)).toEqual([{ do: 'lag', reason: expect.stringMatching(/directory 4.*directory 5/) as string }]);
    expect(manager.planChanged()).toEqual([]);
    planned.set(planOf([3], 5));
    const [ask] = said(manager, manager.planChanged()).frames;
    const [outline] = agent.receive(ask as Buffer);
    const [mend] = outline?.do === 'send' ? said(manager, manager.receive(outline.text)).frames : [];
    expect(agent.receive(mend as Buffer)).toMatchObject([{ do: 'adopt', plan: { revision: planned.plan.revision } }]);
  });

  it('who comes from another manager is not led through what it has left behind', () => {
    const planned = new Planned(planOf([1], 1));
    for (let i = 2; i <= 300; i++) planned.set(planOf([i], i));
    const held = planOf([1], 299);
    const [frame] = said(planned.session(), planned.session().receive(new AgentSession('n', held).hello())).frames;
    expect(kindOf(frame as Buffer)).toBe('ask');
    // Who never left gets the changes, as many as go into a message.
    expect(kindOf(said(planned.session(), planned.session().receive(new AgentSession('n', planOf([1], 1)).hello())).frames[0] as Buffer)).toBe('changes');
  });

  it('a whole plan that waited for its turn is the one of then', () => {
    const planned = new Planned(planOf([1], 1));
    const manager = planned.session();
    const agent = new AgentSession('n', undefined);
    expect(manager.receive(agent.hello())).toEqual([{ do: 'queue' }]);
    planned.set(planOf([2], 2));
    expect(manager.planChanged()).toEqual([]);
    const [first] = manager.sendWhole();
    expect(first?.do === 'send' && agent.receive(Buffer.concat(first.frame))).toMatchObject([{ do: 'adopt', plan: { revision: { digest: planned.plan.revision.digest } } }]);
    expect(manager.sendWhole()).toEqual([]);
  });

  it('endpoints are told once, and then what is other', () => {
    const reports: AgentReport[] = [];
    const planned = new Planned(planOf([], 1));
    const agent = new AgentSession('n', planned.plan);
    const manager = planned.session((report) => reports.push(report));
    const [web, db] = ['web', 'db'].map((id) => ({ id, workload: `shop/${id}`, state: 'Enforced' as const })) as [EndpointState, EndpointState];
    const tell = (...endpoints: readonly EndpointState[]): unknown => {
      manager.receive(agent.ack({ digest: planned.plan.revision.digest, endpoints }));
      return reports.at(-1)?.endpoints;
    };
    manager.receive(agent.hello());
    expect(tell(web, db)).toEqual({ isWhole: true, put: [web, db], gone: [] });
    expect(tell(web, db)).toBeUndefined();
    const bypassed: EndpointState = { ...web, state: 'NotEnforced', reason: 'gone' };
    expect(tell(bypassed)).toEqual({ isWhole: false, put: [bypassed], gone: ['db'] });
    agent.hello();
    expect(tell(bypassed)).toEqual({ isWhole: true, put: [bypassed], gone: [] });
  });

  it.each([
    { name: 'not JSON', text: '{' },
    { name: 'no hello first', text: '{"type":"resync","reason":"x"}' },
    { name: 'another node', text: '{"type":"hello","protocol":3,"node":"other"}' },
    { name: 'another protocol', text: '{"type":"hello","protocol":99,"node":"n"}' },
    { name: 'an unknown field', text: '{"type":"hello","protocol":3,"node":"n","admin":true}' },
    { name: 'a prototype', text: '{"__proto__":{"type":"hello"},"protocol":3,"node":"n"}' },
    { name: 'too much', text: `{"type":"resync","reason":"${'x'.repeat(5_000_000)}"}` },
  ])('the manager closes on $name', ({ text }) => {
    const manager = new Planned(planOf([], 1)).session();
    expect(manager.receive(text)).toMatchObject([{ do: 'close' }]);
  });

  it('an agent whose plan is lost still takes no older one than it accepted, and says which', () => {
    const offered = (position: number): Buffer => offer(planOf([1], position));
    const agent = new AgentSession('n', undefined, planOf([1], 5).revision);
    expect(agent.receive(offered(4))).toEqual([{ do: 'close', reason: expect.stringMatching(/older plan \(epoch 0, directory 4.*\) than was accepted \(epoch 0, directory 5/) as string }]);
    expect(agent.receive(offered(5))).toMatchObject([{ do: 'adopt' }]);
    expect(agent.receive(offered(4))).toMatchObject([{ do: 'close' }]);
    // Who remembers nothing is taken back.
    expect(new AgentSession('n', undefined).receive(offered(4))).toMatchObject([{ do: 'adopt' }]);
  });

  it('an agent refuses an older plan, a plan of another node, and a change of what it does not hold', () => {
    const agent = new AgentSession('n', planOf([1], 5));
    const old = offer(planOf([2], 4));
    expect(agent.receive(old)).toMatchObject([{ do: 'close' }]);
    expect(agent.plan?.revision.watermarks.get('directory')).toBe(5);
    expect(new AgentSession('m', undefined).receive(old)).toMatchObject([{ do: 'close' }]);
    expect(agent.receive(Buffer.from('{"type":"delta","delta":{}}'))).toMatchObject([{ do: 'close' }]);
    const change = Buffer.concat(new FrameWriter().changes([diffPlans(planOf([3], 5), planOf([4], 6))]));
    expect(agent.receive(change)).toMatchObject([{ do: 'send', text: expect.stringContaining('resync') as string }]);
    expect(agent.plan?.revision.watermarks.get('directory')).toBe(5);
  });
});
