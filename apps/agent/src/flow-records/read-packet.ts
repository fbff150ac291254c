/**
 * The head of an IP packet to what policy sees of it. Pure; takes any bytes: what makes no sense is undefined, and nothing makes it wait.
 *
 * @module
 */
import { type Address, addressOfBytes, isIcmp, isTransport } from '@firsthop/netaddr';

export interface SeenPacket {
  readonly from: Address;
  readonly to: Address;
  /** Behind all extension headers of IPv6. */
  readonly protocol: number;
  /** Of the sender, where the protocol has ports. */
  readonly sourcePort?: number;
  /** Destination port; type * 256 + code for ICMP. Undefined: the protocol has none, or it is not in these bytes (a later fragment, a packet cut off). */
  readonly port?: number;
}

const hopByHop = 0;
const routing = 43;
const fragment = 44;
const authentication = 51;
const destinationOptions = 60;
const mobility = 135;
const extensions: ReadonlySet<number> = new Set([hopByHop, routing, fragment, authentication, destinationOptions, mobility]);

interface Transport {
  readonly protocol: number;
  /** Undefined: it is in another fragment, or cut off. */
  readonly at: number | undefined;
}

const portsAt = (packet: Uint8Array, { protocol, at }: Transport): Pick<SeenPacket, 'sourcePort' | 'port'> => {
  const word = (from: number): number => (packet[from] ?? 0) * 256 + (packet[from + 1] ?? 0);
  if (at === undefined) return {};
  if (isIcmp(protocol)) return packet.length < at + 2 ? {} : { port: word(at) };
  return isTransport(protocol) && packet.length >= at + 4 ? { sourcePort: word(at), port: word(at + 2) } : {};
};

const read4 = (packet: Uint8Array): SeenPacket | undefined => {
  const words = (packet[0] ?? 0) & 15;
  const protocol = packet[9];
  if (packet.length < 20 || words < 5 || protocol === undefined) return undefined;
  const isLater = (((packet[6] ?? 0) & 31) | (packet[7] ?? 0)) !== 0;
  return { from: addressOfBytes(packet.subarray(12, 16)), to: addressOfBytes(packet.subarray(16, 20)), protocol, ...portsAt(packet, { protocol, at: isLater ? undefined : words * 4 }) };
};

/** Each header is at least eight bytes, so the walk ends with the packet. */
const transport6 = (packet: Uint8Array): Transport => {
  let [protocol, at] = [packet[6] ?? 0, 40];
  while (extensions.has(protocol)) {
    const next = packet[at];
    if (next === undefined || packet.length < at + 8) return { protocol, at: undefined };
    if (protocol === fragment && ((packet[at + 2] ?? 0) | ((packet[at + 3] ?? 0) & 0xf8)) !== 0) return { protocol: next, at: undefined };
    const units = packet[at + 1] ?? 0;
    at += protocol === fragment ? 8 : protocol === authentication ? Math.max(8, (units + 2) * 4) : (units + 1) * 8;
    protocol = next;
  }
  return { protocol, at };
};

const read6 = (packet: Uint8Array): SeenPacket | undefined => {
  if (packet.length < 40) return undefined;
  const transport = transport6(packet);
  return { from: addressOfBytes(packet.subarray(8, 24)), to: addressOfBytes(packet.subarray(24, 40)), protocol: transport.protocol, ...portsAt(packet, transport) };
};

/** From the first byte of the IP header on. Undefined: no IP packet (ARP of a bridge), or its header is not whole. */
export const readPacket = (packet: Uint8Array): SeenPacket | undefined => {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) return read4(packet);
  return version === 6 ? read6(packet) : undefined;
};
