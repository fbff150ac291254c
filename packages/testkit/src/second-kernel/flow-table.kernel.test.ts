/** Law: a flow table of somebody else takes packets past our hooks, for real; so as long as there is one, nobody says that an endpoint is enforced. */
import { findBypasses, listLinks } from '@firsthop/hostif';
import { Stream, StreamListener, type StreamPlace } from '@firsthop/lab';
import type { EndpointBinding } from '@firsthop/plan';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardedGround } from '../guards/guarded-ground.ts';
import { kernelCan } from './kernel-abilities.ts';

const [OPEN, CLOSED] = [80, 81];
const PATIENCE_MS = 5000;
const SILENCE_MS = 1000;
const ground = new GuardedGround(`4${process.pid.toString(16).padStart(3, '0').slice(-3)}`);
const place = (name: string): StreamPlace => ({ scope: ground.scope, namespace: ground.namespaceOf(name), protocol: 'TCP' });
const device = (name: string): string => ground.workload(name).device;
const bindings = (): EndpointBinding[] => ['a', 'b'].map((name) => ({ endpoint: name, via: { kind: 'routed', device: device(name) } }));

describe.runIf(kernelCan('flow tables'))('a flow table', () => {
  beforeAll(() => ground.build());
  afterAll(() => ground.remove());

  it.each([0, 1] as const)('carries on what policy denies, is said to, and both end with it, family %i', async (family) => {
    const reasons = async (): Promise<string[]> => findBypasses(await listLinks({ namespace: `/run/netns/${ground.node}` }), bindings()).map(({ endpoint, reason }) => `${endpoint} ${reason.split(':')[0] ?? ''}`);
    await ground.realize(ground.closedAt(CLOSED));
    expect(await reasons()).toEqual([]);
    ground.nft(`table inet fast {\nflowtable f {\nhook ingress priority 0; devices = { ${device('a')}, ${device('b')} };\n}\nchain forward {\ntype filter hook forward priority 10; policy accept;\nmeta l4proto tcp ct state established flow add @f\n}\n}`);
    const listener = new StreamListener(place('b'), ground.addressOf('b', family), OPEN);
    const near = await Stream.connect(place('a'), { source: ground.addressOf('a', family), destination: ground.addressOf('b', family), port: OPEN }, PATIENCE_MS);
    const far = await Stream.accepted(listener, PATIENCE_MS);
    if (near === undefined || far === undefined) throw new Error('there is no conversation');
    try {
      for (const text of ['one', 'two']) {
        near.say(text);
        expect(await far.hears(PATIENCE_MS)).toBe(text);
        far.say(text);
        expect(await near.hears(PATIENCE_MS)).toBe(text);
      }
      await ground.realize(ground.closedAt(OPEN));
      near.say('past the policy');
      expect(await far.hears(PATIENCE_MS)).toBe('past the policy');
      expect(await reasons()).toEqual(['a BypassedFlowTable', 'b BypassedFlowTable']);
      // Broken variant: who does not look for flow tables believes in the hooks.
      const { flowTables: _unseen, ...blind } = await listLinks({ namespace: `/run/netns/${ground.node}` });
      expect(findBypasses(blind, bindings())).toEqual([]);
      ground.nft('delete table inet fast');
      expect(await reasons()).toEqual([]);
      await delay(SILENCE_MS);
      near.say('judged');
      expect(await far.hears(SILENCE_MS)).toBeUndefined();
    } finally {
      for (const one of [near, far, listener]) one.close();
      if (ground.list('tables').includes('fast')) ground.nft('delete table inet fast');
    }
  });
});
