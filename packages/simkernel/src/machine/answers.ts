/**
 * Packets that answer others: what a rejecting kernel sends, and what the far end says.
 *
 * @module
 */
import { type Address, familyOf } from '@firsthop/netaddr';
import type { Packet } from '../nftables/packet-view.ts';

export const TCP_SYN = 2;
const TCP_RST = 4;
const TCP_ACK = 16;

const ERRORS: Readonly<Record<number, readonly number[]>> = { 1: [3, 4, 5, 11, 12], 58: [1, 2, 3, 4] };
export const isIcmpError = ({ protocol, icmp }: Packet): boolean => icmp !== undefined && ERRORS[protocol]?.includes(icmp.type) === true;

const back = (packet: Packet): Packet => ({ ...packet, source: packet.destination, destination: packet.source, sourcePort: packet.destinationPort, destinationPort: packet.sourcePort });

/** A RST in the destination's name; never in answer to one. */
export const resetOf = (packet: Packet): Packet | undefined => (packet.protocol !== 6 || (packet.tcpFlags & TCP_RST) !== 0 ? undefined : { ...back(packet), tcpFlags: TCP_RST | TCP_ACK });

/** "Administratively prohibited", from the machine itself; never about an ICMP error. */
export const prohibitionOf = (packet: Packet, from: Address): Packet | undefined => {
  if (isIcmpError(packet)) return undefined;
  const v4 = familyOf(packet.source) === 4;
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  return { source: from, destination: source, protocol: v4 ? 1 : 58, sourcePort: 0, destinationPort: 0, tcpFlags: 0, icmp: v4 ? { type: 3, code: 13 } : { type: 1, code: 1 }, checksum: 0, about: { protocol, source, sourcePort, destination, destinationPort } };
};

/** What somebody who listens everywhere answers; undefined where nobody answers by himself. */
export const replyTo = (packet: Packet): Packet | undefined => {
  if (packet.protocol === 6) return (packet.tcpFlags & TCP_SYN) !== 0 && (packet.tcpFlags & TCP_ACK) === 0 ? { ...back(packet), tcpFlags: TCP_SYN | TCP_ACK } : undefined;
  if (packet.icmp === undefined) return back(packet);
  const echo = familyOf(packet.source) === 4 ? 8 : 128;
  const reply = familyOf(packet.source) === 4 ? 0 : 129;
  return packet.icmp.type === echo ? { ...back(packet), icmp: { type: reply, code: 0 } } : undefined;
};
