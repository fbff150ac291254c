/**
 * Frames byte by byte, as no honest stack makes them.
 *
 * @module
 */
import { type Address, familyOf } from '@firsthop/netaddr';

export const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex');
export const broadcast = 'ff:ff:ff:ff:ff:ff';

/** 4 or 16, in network order. */
export const addressBytes = (address: Address): Buffer => {
  const digits = BigInt(address).toString(16);
  return Buffer.from(digits.padStart(typeof address === 'number' ? 8 : 32, '0'), 'hex');
};

const u16 = (...values: readonly number[]): Buffer => Buffer.from(values.flatMap((value) => [value >>> 8, value & 255]));

export const checksum = (bytes: Buffer): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

export interface Ethernet {
  readonly from: string;
  readonly to: string;
  /** Of an 802.1Q tag. 0: priority only, which receivers take for no tag. */
  readonly vlan?: number;
}

const etherTypes = { 4: 0x0800, 6: 0x86dd } as const;
export const ETHER_ARP = 0x0806;

export const ethernet = ({ from, to, vlan }: Ethernet, type: number, payload: Buffer): Buffer =>
  Buffer.concat([macBytes(to), macBytes(from), ...(vlan === undefined ? [] : [u16(0x8100, vlan)]), u16(type), payload]);

export interface Ends {
  readonly source: Address;
  readonly destination: Address;
}

/** A transport message with its checksum at `at`, as both families count it. */
const summed = ({ source, destination }: Ends, protocol: number, message: Buffer, at: number): Buffer => {
  const bytes = Buffer.from(message);
  bytes.writeUInt16BE(checksum(Buffer.concat([addressBytes(source), addressBytes(destination), u16(0, bytes.length, 0, protocol), bytes])), at);
  return bytes;
};

export interface Transport {
  readonly protocol: number;
  readonly bytes: Buffer;
}

export const udp = (ends: Ends, [from, to]: readonly [number, number], payload: Buffer): Transport => ({ protocol: 17, bytes: summed(ends, 17, Buffer.concat([u16(from, to, 8 + payload.length, 0), payload]), 6) });

/** `flags`: 2 is SYN. */
export const tcp = (ends: Ends, [from, to]: readonly [number, number], payload: Buffer, flags = 2): Transport => ({
  protocol: 6,
  bytes: summed(ends, 6, Buffer.concat([u16(from, to, 0, 1, 0, 0), Buffer.from([0x50, flags]), u16(65_535, 0, 0), payload]), 16),
});

export const icmp6 = (ends: Ends, type: number, body: Buffer): Transport => ({ protocol: 58, bytes: summed(ends, 58, Buffer.concat([Buffer.from([type, 0, 0, 0]), body]), 2) });
export const icmp4 = (type: number, body: Buffer): Transport => {
  const bytes = Buffer.concat([Buffer.from([type, 0, 0, 0]), body]);
  bytes.writeUInt16BE(checksum(bytes), 2);
  return { protocol: 1, bytes };
};

export interface Piece {
  /** Bytes, a multiple of 8. */
  readonly offset: number;
  readonly isLast: boolean;
  readonly id: number;
}

const ipv4Packet = ({ source, destination }: Ends, { protocol, bytes }: Transport, piece: Piece): Buffer => {
  const header = Buffer.concat([Buffer.from([0x45, 0]), u16(20 + bytes.length, piece.id, (piece.isLast ? 0 : 0x2000) | (piece.offset >> 3)), Buffer.from([64, protocol, 0, 0]), addressBytes(source), addressBytes(destination)]);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, bytes]);
};

export interface Extension {
  /** 0 hop by hop, 43 routing, 44 fragment, 60 destination options. */
  readonly number: number;
  /** Behind the byte that names the next one. */
  readonly rest: Buffer;
}

/** Options that say nothing: padding of six bytes. */
export const padding = (number: 0 | 60): Extension => ({ number, rest: Buffer.from([0, 1, 4, 0, 0, 0, 0]) });
/** Type 4 (segments) with none left: the destination is the last one. */
export const routing: Extension = { number: 43, rest: Buffer.from([0, 4, 0, 0, 0, 0, 0]) };
export const fragment = ({ offset, isLast, id }: Piece): Extension => ({ number: 44, rest: Buffer.concat([Buffer.from([0]), u16(offset | (isLast ? 0 : 1), 0, id)]) });

const chained = (extensions: readonly Extension[], last: number): Buffer => Buffer.concat(extensions.flatMap(({ rest }, i) => [Buffer.from([extensions[i + 1]?.number ?? last]), rest]));

export const ipv6Packet = ({ source, destination }: Ends, { protocol, bytes }: Transport, extensions: readonly Extension[] = [], hopLimit = 64): Buffer => {
  const middle = chained(extensions, protocol);
  return Buffer.concat([Buffer.from([0x60, 0, 0, 0]), u16(middle.length + bytes.length), Buffer.from([extensions[0]?.number ?? protocol, hopLimit]), addressBytes(source), addressBytes(destination), middle, bytes]);
};

const whole: Piece = { offset: 0, isLast: true, id: 0 };

/** The frame of one packet. */
export const frameOf = (link: Ethernet, ends: Ends, transport: Transport, { extensions = [], hopLimit = 64 }: { readonly extensions?: readonly Extension[]; readonly hopLimit?: number } = {}): Buffer =>
  familyOf(ends.source) === 4 ? ethernet(link, etherTypes[4], ipv4Packet(ends, transport, whole)) : ethernet(link, etherTypes[6], ipv6Packet(ends, transport, extensions, hopLimit));

let nextId = 1;

/** The frames of one packet, cut at these offsets (multiples of 8). */
export const fragmentsOf = (link: Ethernet, ends: Ends, transport: Transport, cuts: readonly number[]): Buffer[] => {
  const id = nextId++;
  const bounds = [0, ...cuts, transport.bytes.length];
  return bounds.slice(0, -1).map((offset, i) => {
    const part: Transport = { protocol: transport.protocol, bytes: transport.bytes.subarray(offset, bounds[i + 1]) };
    const piece: Piece = { offset, isLast: i === bounds.length - 2, id };
    return familyOf(ends.source) === 4 ? ethernet(link, etherTypes[4], ipv4Packet(ends, part, piece)) : ethernet(link, etherTypes[6], ipv6Packet(ends, part, [fragment(piece)]));
  });
};

export interface Arp {
  /** 1 asks, 2 answers. */
  readonly operation: 1 | 2;
  readonly senderMac: string;
  readonly sender: Address;
  readonly target: Address;
}

/** `tail`: behind it, as padding of short frames is. */
export const arp = (link: Ethernet, { operation, senderMac, sender, target }: Arp, tail: Buffer): Buffer =>
  ethernet(link, ETHER_ARP, Buffer.concat([u16(1, 0x0800), Buffer.from([6, 4]), u16(operation), macBytes(senderMac), addressBytes(sender), Buffer.alloc(6), addressBytes(target), tail]));

/** An option of neighbour discovery: 1 the sender's, 2 the target's MAC address. */
export const linkLayer = (which: 1 | 2, mac: string): Buffer => Buffer.concat([Buffer.from([which, 1]), macBytes(mac)]);
/** Solicitation (135) or advertisement (136). */
export const discovery = (ends: Ends, type: 135 | 136, target: Address, options: Buffer): Transport => icmp6(ends, type, Buffer.concat([Buffer.from([type === 136 ? 0x20 : 0, 0, 0, 0]), addressBytes(target), options]));
