/** Law: a conversation of real SCTP sockets comes about where policy allows it, and ends, both ways, when policy does not any more. */
import { kernelConnections } from '@firsthop/dataplane';
import { Stream, StreamListener, type StreamPlace } from '@firsthop/lab';
import { chainEncoding, registerEncoding } from '@firsthop/ruleset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardedGround } from '../guards/guarded-ground.ts';
import { kernelCan } from './kernel-abilities.ts';

const [OPEN, CLOSED] = [80, 81];
const PATIENCE_MS = 5000;
const SILENCE_MS = 1000;
const SCTP = 132;
const ground = new GuardedGround(`5${process.pid.toString(16).padStart(3, '0').slice(-3)}`);
const place = (name: string): StreamPlace => ({ scope: ground.scope, namespace: ground.namespaceOf(name), protocol: 'SCTP' });

describe.runIf(kernelCan('SCTP sockets'))('SCTP', () => {
  beforeAll(() => ground.build());
  afterAll(() => ground.remove());

  describe.each([chainEncoding, registerEncoding()])('in $name', (encoding) => {
    beforeAll(() => ground.realize(ground.closedAt(CLOSED, encoding)));
    describe.each([0, 1] as const)('family %i', (family) => {
      describe.each([['a', 'b'], ['v', 'w']] as const)('%s to %s', (from, to) => {
        const listeners: StreamListener[] = [];
        beforeAll(() => void listeners.push(...[OPEN, CLOSED].map((port) => new StreamListener(place(to), ground.addressOf(to, family), port))));
        afterAll(() => listeners.forEach((one) => one.close()));
        const ends = (port: number) => ({ source: ground.addressOf(from, family), destination: ground.addressOf(to, family), port });

        it('is allowed and denied by port', async () => {
          const near = await Stream.connect(place(from), ends(OPEN), PATIENCE_MS);
          expect(near).toBeDefined();
          const far = await Stream.accepted(listeners[0] as StreamListener, PATIENCE_MS);
          near?.say('question');
          expect(await far?.hears(PATIENCE_MS)).toBe('question');
          far?.say('answer');
          expect(await near?.hears(PATIENCE_MS)).toBe('answer');
          for (const one of [near, far]) one?.close();
          expect(await Stream.connect(place(from), ends(CLOSED), SILENCE_MS)).toBeUndefined();
        });

        it('ends when policy changes, both ways', async () => {
          const near = await Stream.connect(place(from), ends(OPEN), PATIENCE_MS);
          const far = await Stream.accepted(listeners[0] as StreamListener, PATIENCE_MS);
          if (near === undefined || far === undefined) throw new Error('there is no conversation');
          try {
            await ground.realize(ground.closedAt(OPEN, encoding));
            far.say('goes on');
            // Broken variant: who only changes the rules leaves the answers.
            expect(await near.hears(PATIENCE_MS)).toBe('goes on');
            near.say('is judged again');
            expect(await far.hears(SILENCE_MS)).toBeUndefined();
            const connections = kernelConnections({ namespace: `/run/netns/${ground.node}` });
            expect(await connections.endWhere(({ protocol, port }) => protocol === SCTP && port === OPEN)).toBeGreaterThan(0);
            connections.close();
            far.say('is over');
            expect(await near.hears(SILENCE_MS)).toBeUndefined();
          } finally {
            await ground.realize(ground.closedAt(CLOSED, encoding));
            for (const one of [near, far]) one.close();
          }
        });
      });
    });
  });
});
