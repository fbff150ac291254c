/**
 * What an expression may ask about a packet at a hook, and how the kernel answers. No answer (a UDP port of a TCP packet, a
 * socket where there is none) means that the rule does not match, whatever its operator.
 *
 * @module
 */
import { type Address, familyOf } from '@firsthop/netaddr';
import type { Value, ValueType } from './values.ts';

/** Both ends of a connection, as one direction sees them. ICMP: the identifier in both ports. */
export interface Flow {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface Packet extends Flow {
  /** TCP only. */
  readonly tcpFlags: number;
  readonly icmp?: { readonly type: number; readonly code: number };
  /** Bytes 2 and 3 behind the IP header of an ICMP message, which lie where others have their destination port. */
  readonly checksum: number;
  /** ICMP errors: what they are about. */
  readonly about?: Flow;
}

export interface Tracking {
  readonly state: 'new' | 'established' | 'related' | 'invalid';
  readonly direction: 'original' | 'reply';
}

export interface PacketView {
  readonly packet: Packet;
  readonly etherSource?: string | undefined;
  /** Empty where the packet has none: what the node itself sends, and bridged frames in postrouting. */
  readonly inputInterface: string;
  readonly outputInterface: string;
  readonly tracking: Tracking;
  /** Of the sending process; undefined where no local socket sent it. */
  readonly socketOwner?: number | undefined;
  readonly isLocal: (address: Address) => boolean;
}

export interface Field {
  readonly type: ValueType;
  readonly read: (view: PacketView) => Value | undefined;
}

const ofFamily = (family: 4 | 6, which: 'source' | 'destination'): Field => ({
  type: family === 4 ? 'ipv4_addr' : 'ipv6_addr',
  read: ({ packet }) => (familyOf(packet[which]) === family ? packet[which] : undefined),
});
const addressType = (which: 'source' | 'destination'): Field => ({ type: 'word', read: ({ packet, isLocal }) => (isLocal(packet[which]) ? 'local' : 'unicast') });
const portOf = (protocol: number, which: 'sourcePort' | 'destinationPort'): Field => ({ type: 'inet_service', read: ({ packet }) => (packet.protocol === protocol ? packet[which] : undefined) });
const isIcmp = ({ protocol }: Flow): boolean => protocol === 1 || protocol === 58;

/** Nobody sends ARP here: links are simulated, not addresses' resolution. */
const noArp = (type: ValueType): Field => ({ type, read: () => undefined });

export const fields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['iifname', { type: 'ifname', read: ({ inputInterface }) => inputInterface }],
  ['oifname', { type: 'ifname', read: ({ outputInterface }) => outputInterface }],
  ['iif', { type: 'number', read: ({ inputInterface }) => (inputInterface === '' ? 0 : 1) }],
  ['ip saddr', ofFamily(4, 'source')],
  ['ip daddr', ofFamily(4, 'destination')],
  ['ip6 saddr', ofFamily(6, 'source')],
  ['ip6 daddr', ofFamily(6, 'destination')],
  ['ether saddr', { type: 'ether_addr', read: ({ etherSource }) => etherSource }],
  ['ether type', { type: 'word', read: ({ packet }) => (familyOf(packet.source) === 4 ? 'ip' : 'ip6') }],
  ['arp saddr ether', noArp('ether_addr')],
  ['arp saddr ip', noArp('ipv4_addr')],
  ['arp daddr ip', noArp('ipv4_addr')],
  // As sockets send. Discovery, which has 255, is sent by nobody here.
  ['ip6 hoplimit', { type: 'number', read: ({ packet }) => (familyOf(packet.source) === 6 ? 64 : undefined) }],
  ['meta l4proto', { type: 'inet_proto', read: ({ packet }) => packet.protocol }],
  ['meta skuid', { type: 'number', read: ({ socketOwner }) => socketOwner }],
  ['th dport', { type: 'inet_service', read: ({ packet }) => (isIcmp(packet) ? packet.checksum : packet.destinationPort) }],
  ['udp sport', portOf(17, 'sourcePort')],
  ['udp dport', portOf(17, 'destinationPort')],
  ['tcp flags', { type: 'tcp_flag', read: ({ packet }) => (packet.protocol === 6 ? packet.tcpFlags : undefined) }],
  ['icmpv6 type', { type: 'icmpv6_type', read: ({ packet }) => (packet.protocol === 58 ? packet.icmp?.type : undefined) }],
  ['@th,0,16', { type: 'number', read: ({ packet }) => (packet.icmp === undefined ? packet.sourcePort : packet.icmp.type * 256 + packet.icmp.code) }],
  // Targets of neighbour advertisements, which nobody sends here either.
  ['@th,64,128', { type: 'bytes', read: () => undefined }],
  ['ct state', { type: 'word', read: ({ tracking }) => tracking.state }],
  ['ct direction', { type: 'word', read: ({ tracking }) => tracking.direction }],
  // Nobody translates addresses here.
  ['ct status', { type: 'word', read: () => undefined }],
  ['fib saddr type', addressType('source')],
  ['fib daddr type', addressType('destination')],
]);
