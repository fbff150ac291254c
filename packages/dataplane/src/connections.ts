/**
 * The kernel's connections, as policy sees them, and the ending of those that should not go on.
 *
 * A deny in the ruleset stops the sender's packets at once; without the entry gone, the other side's would go on as replies.
 *
 * @module
 */
import { Conntrack, type ConntrackEntry, type SocketOptions } from '@firsthop/netlink';
import type { Address } from '@firsthop/netaddr';

/** A conversation, from whoever began it. */
export interface Connection {
  readonly from: Address;
  /** Behind the translation of Services. */
  readonly to: Address;
  readonly protocol: number;
  /** At `to`; type * 256 + code for ICMP, 0 for protocols without ports. */
  readonly port: number;
}

const portOf = ({ original, reply }: ConntrackEntry): number => {
  if (original.icmp !== undefined) return original.icmp.type * 256 + original.icmp.code;
  return reply.sourcePort ?? 0;
};

/** Whoever answers is who was really asked: translation of destinations shows in the reply only. Its source is what it was before masquerading. */
const connectionOf = (entry: ConntrackEntry): Connection => ({ from: entry.original.source as Address, to: entry.reply.source as Address, protocol: entry.original.protocol, port: portOf(entry) });

export interface Connections {
  /** Ends each connection for which this holds; how many that were. */
  endWhere(matches: (connection: Connection) => boolean): Promise<number>;
  close(): void;
}

/** Throws where there is no netlink, or it is not for us. */
export const kernelConnections = (options: SocketOptions = {}): Connections => {
  const conntrack = new Conntrack(options);
  return { endWhere: (matches) => conntrack.deleteWhere((entry) => matches(connectionOf(entry))), close: () => conntrack.close() };
};
