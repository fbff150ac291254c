/**
 * Which connection a packet belongs to, as far as policies ask. Entries are made when the first packet has left the machine,
 * so a packet that was dropped leaves no trace.
 *
 * @module
 */
import { formatAddress } from '@firsthop/netaddr';
import type { Flow, Packet, Tracking } from '../nftables/packet-view.ts';

const keyOf = ({ protocol, source, sourcePort, destination, destinationPort }: Flow): string => `${protocol} ${formatAddress(source)} ${sourcePort} ${formatAddress(destination)} ${destinationPort}`;
const reversed = (flow: Flow): Flow => ({ protocol: flow.protocol, source: flow.destination, destination: flow.source, sourcePort: flow.destinationPort, destinationPort: flow.sourcePort });

/** ICMP types that open a connection of their own; the kernel calls all others invalid. */
const QUERIES: Readonly<Record<number, readonly number[]>> = { 1: [8, 13, 15, 17], 58: [128, 139] };
const REPLIES: Readonly<Record<number, readonly number[]>> = { 1: [0, 14, 16, 18], 58: [129, 140] };

export class ConnectionTracking {
  readonly #connections = new Map<string, { answered: boolean }>();

  track(packet: Packet): Tracking {
    if (packet.about !== undefined) return this.#related(packet.about);
    if (this.#connections.get(keyOf(reversed(packet))) !== undefined && !isQuery(packet)) return { state: 'established', direction: 'reply' };
    const known = this.#connections.get(keyOf(packet));
    if (known !== undefined && !isReply(packet)) return { state: known.answered ? 'established' : 'new', direction: 'original' };
    return { state: packet.icmp === undefined || isQuery(packet) ? 'new' : 'invalid', direction: 'original' };
  }

  /** The packet has left. */
  confirm(packet: Packet, { state, direction }: Tracking): void {
    if (direction === 'reply') {
      const connection = this.#connections.get(keyOf(reversed(packet)));
      if (connection !== undefined) connection.answered = true;
    } else if (state === 'new' && !this.#connections.has(keyOf(packet))) this.#connections.set(keyOf(packet), { answered: false });
  }

  #related(about: Flow): Tracking {
    if (this.#connections.has(keyOf(about))) return { state: 'related', direction: 'reply' };
    return this.#connections.has(keyOf(reversed(about))) ? { state: 'related', direction: 'original' } : { state: 'invalid', direction: 'original' };
  }
}

const isQuery = ({ protocol, icmp }: Packet): boolean => icmp !== undefined && QUERIES[protocol]?.includes(icmp.type) === true;
const isReply = ({ protocol, icmp }: Packet): boolean => icmp !== undefined && REPLIES[protocol]?.includes(icmp.type) === true;
