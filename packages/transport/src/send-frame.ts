/**
 * Frames in slices, so that a connection does not keep a large buffer for ever because of one large message.
 *
 * Node gives a TLS connection a first buffer of 1,024 bytes for what is encrypted and not yet with the kernel, and others of 16 KB once that is not enough, which it
 * keeps. Thousands of agents get a plan of a few kilobytes once, and changes of half a kilobyte from then on.
 *
 * @module
 */
import type { WebSocket } from 'ws';

/** With the heads of its WebSocket frame (4) and of its TLS record (22) below 1,024. */
const slice = 990;
/** What is longer goes in one piece: it is rare, and so many slices take longer than the buffer is worth. */
const longest = 64 * 1024;

/** One after another; nothing else may be sent until `onSent`. */
export const sendFrame = (socket: WebSocket, frame: Buffer, onSent: () => void): void => {
  if (frame.length <= slice || frame.length > longest) return socket.send(frame, onSent);
  const sendFrom = (at: number): void => {
    const next = at + slice;
    const isLast = next >= frame.length;
    socket.send(frame.subarray(at, next), { binary: true, fin: isLast }, (error) => (error !== undefined && error !== null) || isLast ? onSent() : sendFrom(next));
  };
  sendFrom(0);
};
