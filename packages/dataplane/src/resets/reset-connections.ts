/**
 * Tells both ends of TCP connections that they are over, as if each had been told by the other: processes see ECONNRESET at once, and do not wait for timers.
 *
 * @module
 */
import { type ConntrackEntry, KernelError, PacketSocket, Rtnetlink, type SocketOptions } from '@firsthop/netlink';
import { setTimeout as delay } from 'node:timers/promises';
import { ConversationEnds, type Said } from './conversation-ends.ts';
import { type ConnectionEnd, type HardwareOf, Surroundings } from './find-ends.ts';
import { portFilter } from './port-filter.ts';
import { readTcpFrame, writeTcpFrame } from './tcp-frame.ts';

/** Milliseconds. An end answers such a question twice a second at most, so it is asked once more behind that. */
const [lookEvery, askAgainAfter, patience] = [2, 520, 800];
/** A frame may be late that was sent before everything stopped. */
const lingers = 20;
/** At once, before the answers are read. */
const slice = 256;

export interface ResetOptions extends Pick<SocketOptions, 'namespace'> {
  readonly hardwareOf: HardwareOf;
}

class Wire {
  readonly #sockets: ReadonlyMap<number, PacketSocket>;

  constructor(ends: readonly ConnectionEnd[], options: Pick<SocketOptions, 'namespace'>) {
    const byLink = new Map<number, ConnectionEnd['path'][]>();
    for (const { link, path } of ends) byLink.set(link, [...(byLink.get(link) ?? []), path]);
    const sockets = new Map<number, PacketSocket>();
    this.#sockets = sockets;
    for (const [link, paths] of byLink) {
      try {
        sockets.set(link, new PacketSocket({ ...options, link, filter: portFilter(paths), receiveRoom: 32 << 20 }));
      } catch (error) {
        // Else it is gone, and so is whoever was there.
        if (error instanceof KernelError && error.code === 'EPERM') throw error;
      }
    }
  }

  say({ end, segment }: Said): void {
    try {
      this.#sockets.get(end.link)?.send(writeTcpFrame(segment, end.frame));
    } catch {
      // It is down, or going.
    }
  }

  /** Everything that came in. */
  *heard(): Generator<Buffer> {
    for (const socket of this.#sockets.values()) for (let frame = socket.receive(); frame !== undefined; frame = socket.receive()) yield frame;
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }
}

/**
 * Their packets must be stopped already, or an end may have heard more by the time the reset comes. How many ends were told; those that answer nothing within
 * 0.8 s are not, nor are processes of this host. Rejects with a `KernelError` where the kernel does not answer, or does not let us send frames (`EPERM`).
 */
export const resetConnections = async (entries: readonly Pick<ConntrackEntry, 'original' | 'reply'>[], { hardwareOf, ...options }: ResetOptions): Promise<number> => {
  if (entries.length === 0) return 0;
  const network = new Rtnetlink(options);
  let found: ConnectionEnd[];
  try {
    const around = new Surroundings(network, hardwareOf);
    found = entries.flatMap((entry) => around.endsOf(entry));
  } finally {
    network.close();
  }
  const ends = new ConversationEnds(found);
  const wire = new Wire(found, options);
  const answer = (): void => {
    for (const frame of wire.heard()) {
      const segment = readTcpFrame(frame);
      const said = segment === undefined ? undefined : ends.answerTo(segment);
      if (said !== undefined) wire.say(said);
    }
  };
  const ask = async (): Promise<void> => {
    for (const [i, said] of ends.questions().entries()) {
      wire.say(said);
      if ((i + 1) % slice !== 0) continue;
      answer();
      await delay(1);
    }
  };
  try {
    const began = performance.now();
    let isAskedAgain = false;
    await ask();
    while (!ends.isDone && performance.now() - began < patience) {
      await delay(lookEvery);
      answer();
      if (isAskedAgain || performance.now() - began < askAgainAfter) continue;
      isAskedAgain = true;
      await ask();
    }
    await delay(lingers);
    answer();
  } finally {
    wire.close();
  }
  return ends.resets;
};
