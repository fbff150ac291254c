/**
 * Agents that do not do what they should.
 *
 * @module
 */
import { encodeAgentMessage } from '@firsthop/wire';
import { randomBytes } from 'node:crypto';
import type WebSocket from 'ws';

/**
 *   stalled   reads nothing
 *   slow      reads for a moment, once a second
 *   lying     says two thousand times a second that it holds what it does not hold, and once a second that it needs a whole plan
 */
export const misbehaviours = ['none', 'stalled', 'slow', 'lying'] as const;
export type Misbehaviour = (typeof misbehaviours)[number];

const each = (ms: number, socket: WebSocket, act: () => void): void => {
  const timer = setInterval(() => (socket.readyState === socket.OPEN ? act() : clearInterval(timer)), ms);
};

const lie = (socket: WebSocket): void => {
  // What the manager does not read would only fill this process, in which the others are.
  if (socket.bufferedAmount > 65_536) return;
  for (let i = 0; i < 20; i++) socket.send(encodeAgentMessage({ type: 'ack', digest: randomBytes(32).toString('hex'), kernel: 'k' }));
};

/** From now on. */
export const misbehave = (socket: WebSocket, how: Misbehaviour): void => {
  if (how === 'none') return;
  if (how === 'lying') {
    each(10, socket, () => lie(socket));
    each(1000, socket, () => socket.send(encodeAgentMessage({ type: 'resync', reason: 'a lie' })));
    return;
  }
  socket.pause();
  if (how === 'slow')
    each(1000, socket, () => {
      socket.resume();
      setImmediate(() => socket.pause());
    });
};
