/**
 * The messages of one connection, as fast as they are allowed to be heard. Who says more is not read from meanwhile; what was read already waits, which is a buffer full at
 * most, and costs nothing but that.
 *
 * @module
 */
import type { RawData, WebSocket } from 'ws';
import type { Allowance } from './allowance.ts';

type OnMessage = (data: RawData, isBinary: boolean) => void;

export const readPaced = (socket: WebSocket, allowance: Allowance, onMessage: OnMessage): void => {
  const waiting: Parameters<OnMessage>[] = [];
  let timer: NodeJS.Timeout | undefined;
  const hear: OnMessage = (data, isBinary) => {
    const ms = allowance.spend(performance.now());
    onMessage(data, isBinary);
    if (ms <= 0 || socket.readyState !== socket.OPEN) return;
    socket.pause();
    timer = setTimeout(goOn, ms);
    timer.unref();
  };
  const isPaused = (): boolean => timer !== undefined;
  const goOn = (): void => {
    timer = undefined;
    for (let next = waiting.shift(); next !== undefined; next = isPaused() ? undefined : waiting.shift()) hear(...next);
    if (!isPaused()) socket.resume();
  };
  socket.on('message', (data, isBinary) => {
    if (!isPaused()) hear(data, isBinary);
    else waiting.push([data, isBinary]);
  });
  socket.on('close', () => {
    clearTimeout(timer);
    waiting.length = 0;
  });
};
