/**
 * The few packets that are written by hand: SCTP (the kernel need not know it) and ICMP.
 *
 * @module
 */
import { crc32c } from './crc32c.ts';

export interface SctpPorts {
  readonly source: number;
  readonly destination: number;
}

const sctpPacket = ({ source, destination }: SctpPorts, tag: number, chunk: Buffer): Buffer => {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(source, 0);
  header.writeUInt16BE(destination, 2);
  header.writeUInt32BE(tag, 4);
  const packet = Buffer.concat([header, chunk]);
  packet.writeUInt32LE(crc32c(packet), 8);
  return packet;
};

/** INIT (type 1) or INIT ACK (type 2) with one stream and a tag of its own. */
const initChunk = (type: 1 | 2, tag: number): Buffer => {
  const cookie = type === 2 ? Buffer.from([0, 7, 0, 8, 1, 2, 3, 4]) : Buffer.alloc(0);
  const chunk = Buffer.alloc(20);
  chunk.writeUInt8(type, 0);
  chunk.writeUInt16BE(20 + cookie.length, 2);
  chunk.writeUInt32BE(tag, 4);
  chunk.writeUInt32BE(65_536, 8);
  chunk.writeUInt16BE(1, 12);
  chunk.writeUInt16BE(1, 14);
  chunk.writeUInt32BE(tag, 16);
  return Buffer.concat([chunk, cookie]);
};

export const sctpInit = (ports: SctpPorts, tag: number): Buffer => sctpPacket(ports, 0, initChunk(1, tag));
export const sctpInitAck = (ports: SctpPorts, peerTag: number, tag: number): Buffer => sctpPacket(ports, peerTag, initChunk(2, tag));

export interface SctpSeen extends SctpPorts {
  readonly chunkType: number;
  readonly initiateTag: number;
}

/** Reads the first chunk of an SCTP packet (without IP header). */
export const readSctp = (bytes: Buffer): SctpSeen | undefined =>
  bytes.length < 20 ? undefined : { source: bytes.readUInt16BE(0), destination: bytes.readUInt16BE(2), chunkType: bytes.readUInt8(12), initiateTag: bytes.readUInt32BE(16) };

export const internetChecksum = (bytes: Buffer): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

/** An ICMP or ICMPv6 message of 32 bytes that carries `mark` as identifier and sequence. The kernel fills in ICMPv6's checksum. */
export const icmpMessage = (type: number, code: number, mark: number): Buffer => {
  const message = Buffer.alloc(32);
  message.writeUInt8(type, 0);
  message.writeUInt8(code, 1);
  message.writeUInt32BE(mark, 4);
  message.writeUInt16BE(internetChecksum(message), 2);
  return message;
};

/** A raw IPv4 socket delivers the IP header too; a raw IPv6 socket does not. */
export const withoutIpv4Header = (packet: Buffer): Buffer => packet.subarray((packet.readUInt8(0) & 15) * 4);
