/**
 * A connection that the kernel tracks, as policy sees it. Pure.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';
import { type ConntrackEntry, protocolNumber, tcpTracking } from '@firsthop/netlink';

/** A conversation, from whoever began it, as far as the kernel could hear. */
export interface Connection {
  readonly from: Address;
  /** Behind the translation of Services. */
  readonly to: Address;
  readonly protocol: number;
  /** At `to`; type * 256 + code for ICMP, 0 for protocols without ports. */
  readonly port: number;
  /** At `from`; undefined for protocols without ports. */
  readonly sourcePort: number | undefined;
  /** `from` is an address of this host, whether or not anybody else knows of it. */
  readonly isFromHost: boolean;
  /** So is `to`. */
  readonly isToHost: boolean;
  /**
   * The kernel did not hear it begin for certain: the first packet that it heard may have been an answer, and `from` be who was asked. Always so without
   * a handshake; with one, where it took the connection up from the middle. Of ICMP an answer begins nothing.
   */
  readonly mayBeBackwards: boolean;
}

const isIcmp = (protocol: number): boolean => protocol === protocolNumber.icmp || protocol === protocolNumber.icmp6;

const portOf = ({ original, reply }: ConntrackEntry): number => {
  if (original.icmp !== undefined) return original.icmp.type * 256 + original.icmp.code;
  return reply.sourcePort ?? 0;
};

/** Whoever heard the handshake holds both sides to their windows; who did not is lenient with them (`tcp_new` of nf_conntrack_proto_tcp.c). Flow tables are, too. */
const isFromMiddle = ({ protocolState }: ConntrackEntry): boolean => ((protocolState?.tcp?.originalFlags ?? 0) & tcpTracking.lenient) !== 0;

const mayBeBackwards = (entry: ConntrackEntry): boolean => {
  const { protocol } = entry.original;
  return protocol === protocolNumber.tcp ? isFromMiddle(entry) : !isIcmp(protocol);
};

/** Whoever answers is who was really asked: translation of destinations shows in the reply only. Its source is what it was before masquerading. */
export const connectionOf = (entry: ConntrackEntry, own: ReadonlySet<Address>): Connection => {
  const [from, to] = [entry.original.source as Address, entry.reply.source as Address];
  const { protocol, sourcePort } = entry.original;
  return { from, to, protocol, port: portOf(entry), sourcePort, isFromHost: own.has(from), isToHost: own.has(to), mayBeBackwards: mayBeBackwards(entry) };
};

/** The same conversation, begun by the other side. */
export const turnedAround = ({ from, to, port, sourcePort, isFromHost, isToHost, ...rest }: Connection): Connection => ({ ...rest, from: to, to: from, port: sourcePort ?? 0, sourcePort: port, isFromHost: isToHost, isToHost: isFromHost });
