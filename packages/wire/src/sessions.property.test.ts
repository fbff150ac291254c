/**
 * Law: whatever the manager's plan does, and however the connection breaks, an agent that has acked the last message holds
 * the current plan; it is never taken back within an epoch.
 */
import fc from 'fast-check';
import { ipv4 } from '@firsthop/netaddr';
import { addressGroupId, emptyPlan, type NodePlan, planDigest } from '@firsthop/plan';
import { describe, expect, it } from 'vitest';
import { AgentSession } from './agent-session.ts';
import { ManagerSession } from './manager-session.ts';
import { isOlder } from './revision-order.ts';

const planOf = (members: readonly number[], generation: number): NodePlan => {
  const group = addressGroupId('a'.repeat(16));
  const content = { ...emptyPlan('n'), addressGroups: new Map(members.length === 0 ? [] : [[group, { id: group, members: new Set(members.map((n) => ipv4(n))) }]]) };
  return { ...content, revision: { epoch: 0, watermarks: new Map([['directory', generation]]), digest: planDigest(content) } };
};

type Act = readonly number[] | 'deliver' | 'break';
const acts = fc.array(fc.oneof(fc.uniqueArray(fc.nat(5), { maxLength: 4 }), fc.constant('deliver' as const), fc.constant('break' as const)), { maxLength: 30 });

const simulate = (steps: readonly Act[]): void => {
  let generation = 1;
  let current = planOf([], generation);
  const agent = new AgentSession('n', undefined);
  let toAgent: string[] = [];
  let manager = new ManagerSession({ node: 'n', current: () => current, onReport: () => undefined });
  const send = (actions: readonly { do: string; text?: string; reason?: string }[]): void => {
    for (const action of actions) {
      expect(action.do, action.reason).toBe('send');
      toAgent.push(action.text ?? '');
    }
  };
  const connect = (): void => {
    toAgent = [];
    manager = new ManagerSession({ node: 'n', current: () => current, onReport: () => undefined });
    send(manager.receive(agent.hello()));
  };
  const deliver = (): void => {
    const text = toAgent.shift();
    if (text === undefined) return;
    const held = agent.plan?.revision;
    for (const action of agent.receive(text)) {
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
    else {
      current = planOf(step, ++generation);
      send(manager.planChanged());
      expect(toAgent.length).toBeLessThanOrEqual(1);
    }
  }
  while (toAgent.length > 0) deliver();
  expect(agent.plan?.revision.digest).toBe(current.revision.digest);
};

describe('manager and agent sessions', () => {
  it('end with the agent holding the current plan, with one message under way at the most', () => fc.assert(fc.property(acts, simulate), { numRuns: 500 }));

  it.each([
    { name: 'not JSON', text: '{' },
    { name: 'no hello first', text: '{"type":"resync","reason":"x"}' },
    { name: 'another node', text: '{"type":"hello","protocol":1,"node":"other"}' },
    { name: 'another protocol', text: '{"type":"hello","protocol":99,"node":"n"}' },
    { name: 'an unknown field', text: '{"type":"hello","protocol":1,"node":"n","admin":true}' },
    { name: 'a prototype', text: '{"__proto__":{"type":"hello"},"protocol":1,"node":"n"}' },
    { name: 'too much', text: `{"type":"resync","reason":"${'x'.repeat(5_000_000)}"}` },
  ])('the manager closes on $name', ({ text }) => {
    const manager = new ManagerSession({ node: 'n', current: () => planOf([], 1), onReport: () => undefined });
    expect(manager.receive(text)).toMatchObject([{ do: 'close' }]);
  });

  it('an agent whose plan is lost still takes no older one than it accepted, and says which', () => {
    const said = (position: number): string => {
      const [message] = new ManagerSession({ node: 'n', current: () => planOf([1], position), onReport: () => undefined }).receive(new AgentSession('n', undefined).hello());
      return message?.do === 'send' ? message.text : '';
    };
    const agent = new AgentSession('n', undefined, planOf([1], 5).revision);
    expect(agent.receive(said(4))).toEqual([{ do: 'close', reason: expect.stringMatching(/older plan \(epoch 0, directory 4.*\) than was accepted \(epoch 0, directory 5/) as string }]);
    expect(agent.receive(said(5))).toMatchObject([{ do: 'adopt' }]);
    expect(agent.receive(said(4))).toMatchObject([{ do: 'close' }]);
    // Who remembers nothing is taken back.
    expect(new AgentSession('n', undefined).receive(said(4))).toMatchObject([{ do: 'adopt' }]);
  });

  it('an agent refuses an older plan, a plan of another node, and a change of what it does not hold', () => {
    const agent = new AgentSession('n', planOf([1], 5));
    const manager = new ManagerSession({ node: 'n', current: () => planOf([2], 4), onReport: () => undefined });
    const [old] = manager.receive(new AgentSession('n', undefined).hello());
    expect(agent.receive(old?.do === 'send' ? old.text : '')).toMatchObject([{ do: 'close' }]);
    expect(agent.plan?.revision.watermarks.get('directory')).toBe(5);
    expect(new AgentSession('m', undefined).receive(old?.do === 'send' ? old.text : '')).toMatchObject([{ do: 'close' }]);
    expect(agent.receive('{"type":"delta","delta":{}}')).toMatchObject([{ do: 'close' }]);
  });
});
