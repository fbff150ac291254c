/**
 * What the kernel tells by itself of connections: the packets that our rules log, and the ends that connection tracking reports.
 *
 * @module
 */
import { hookNumber, type LogPacket, Rtnetlink, type SocketOptions, watchConnections, watchLog } from '@firsthop/netlink';
import { type Connection, connectionOf } from './connection.ts';

export interface LoggedPacket {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The endpoint's side: where it came in, or is to go out. */
  readonly interface: string | undefined;
  /** What comes from an endpoint is judged where it comes in, what goes to one where it goes out. */
  readonly direction: 'ingress' | 'egress';
  readonly prefix: string;
  /** From the IP header on, as much as the rule wanted. Good until the call returns. */
  readonly payload: Uint8Array;
}

export interface EndedConnection {
  readonly connection: Connection;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Both ways. Undefined: the kernel does not count (`nf_conntrack_acct`). */
  readonly packets: number | undefined;
  readonly bytes: number | undefined;
  /** Milliseconds. Undefined: the kernel keeps no times (`nf_conntrack_timestamp`). */
  readonly duration: number | undefined;
}

export interface FlowEventsOptions extends SocketOptions {
  readonly group: number;
  readonly onLogged: (packet: LoggedPacket) => void;
  readonly onBegun: (connection: Connection) => void;
  readonly onEnded: (ended: EndedConnection) => void;
  readonly onLost: (what: 'log' | 'connections', count: number) => void;
  readonly onFault: (error: Error) => void;
}

const nanosecondsPerMillisecond = 1_000_000n;
const listAgainAfterMs = 1000;

const listNames = (options: SocketOptions): ReadonlyMap<number, string> => {
  const network = new Rtnetlink(options);
  try {
    return new Map(network.links().map((link) => [link.index, link.name]));
  } finally {
    network.close();
  }
};

/** Interfaces by their index, listed again when one is not known. */
const deviceNames = (options: SocketOptions): ((index: number | undefined) => string | undefined) => {
  let names: ReadonlyMap<number, string> = new Map();
  let listed = Number.NEGATIVE_INFINITY;
  return (index) => {
    if (index === undefined) return undefined;
    if (!names.has(index) && performance.now() - listed > listAgainAfterMs) {
      listed = performance.now();
      names = listNames(options);
    }
    return names.get(index);
  };
};

const loggedPacket = ({ header, time, inDevice, outDevice, physicalInDevice, prefix, payload }: LogPacket, nameOf: (index: number | undefined) => string | undefined): LoggedPacket => {
  const isFrom = header?.hook === hookNumber.prerouting;
  return { time: time === undefined ? Date.now() : Number(time / nanosecondsPerMillisecond), interface: nameOf(isFrom ? (physicalInDevice ?? inDevice) : outDevice), direction: isFrom ? 'egress' : 'ingress', prefix, payload };
};

const sum = (one: bigint | undefined, other: bigint | undefined): number | undefined => (one === undefined ? undefined : Number(one + (other ?? 0n)));

/** Until it is closed. Throws where there is no netlink, it is not for us, or somebody else has the log group. */
export const watchFlowEvents = ({ group, onLogged, onBegun, onEnded, onLost, onFault, ...options }: FlowEventsOptions): { close(): void } => {
  const nameOf = deviceNames(options);
  const log = watchLog({
    ...options,
    group,
    onPacket: (packet) => onLogged(loggedPacket(packet, nameOf)),
    onGap: (packets) => onLost('log', packets),
    // The gap says how many, as soon as the next one comes.
    onOverrun: () => undefined,
    onError: onFault,
  });
  const open = (): { close(): void } =>
    watchConnections({
      ...options,
      kinds: ['new', 'destroy'],
        onEvent: ({ kind, entry }) => {
        const connection = connectionOf(entry, new Set());
        if (kind === 'new') return onBegun(connection);
        const { originalCounters, replyCounters, times } = entry;
        const time = entry.happenedAt === undefined ? Date.now() : Number(entry.happenedAt / nanosecondsPerMillisecond);
        const duration = times?.start === undefined ? undefined : Math.max(0, time - Number(times.start / nanosecondsPerMillisecond));
        onEnded({ connection, time, packets: sum(originalCounters?.packets, replyCounters?.packets), bytes: sum(originalCounters?.bytes, replyCounters?.bytes), duration });
      },
      onOverrun: ({ datagrams }) => onLost('connections', Math.max(1, datagrams)),
      onError: onFault,
    });
  try {
    const connections = open();
    return { close: () => [log, connections].forEach((one) => one.close()) };
  } catch (error) {
    log.close();
    throw error;
  }
};
