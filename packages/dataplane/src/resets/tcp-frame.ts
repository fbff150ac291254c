/**
 * TCP segments without data in Ethernet frames, written and read: what is said in another's name to find out where a conversation stands, and to end
 * it. Pure.
 *
 * @module
 */
import { type Address, addressOfBytes } from '@firsthop/netaddr';

const ETHERNET = 14;
const [IPV4, IPV6] = [0x0800, 0x86dd];
const TCP = 6;
const TCP_HEADER = 20;
const HOPS = 64;

export const tcpFlag = { fin: 1, syn: 2, rst: 4, push: 8, ack: 16 } as const;

/** Who says it to whom. */
export interface TcpPath {
  readonly from: Address;
  readonly fromPort: number;
  readonly to: Address;
  readonly toPort: number;
}

export interface TcpSegment extends TcpPath {
  /** Bits of `tcpFlag`. */
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledged: number;
}

/** Hardware addresses, 6 bytes each. */
export interface FrameEnds {
  readonly source: Buffer;
  readonly destination: Buffer;
}

/** 4 or 16 of them. */
export const addressBytes = (address: Address): Buffer => (typeof address === 'number' ? Buffer.from(address.toString(16).padStart(8, '0'), 'hex') : Buffer.from(address.toString(16).padStart(32, '0'), 'hex'));

const sumOf = (bytes: Buffer): number => {
  let sum = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  return bytes.length % 2 === 0 ? sum : sum + ((bytes.at(-1) ?? 0) << 8);
};
const checksum = (...parts: readonly Buffer[]): number => {
  let sum = parts.reduce((all, part) => all + sumOf(part), 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
};

const tcpHeader = ({ from, to, fromPort, toPort, flags, sequence, acknowledged }: TcpSegment): Buffer => {
  const header = Buffer.alloc(TCP_HEADER);
  header.writeUInt16BE(fromPort, 0);
  header.writeUInt16BE(toPort, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(acknowledged, 8);
  header.writeUInt8((TCP_HEADER / 4) << 4, 12);
  header.writeUInt8(flags, 13);
  const pseudo = Buffer.alloc(4);
  pseudo.writeUInt16BE(TCP, 0);
  pseudo.writeUInt16BE(TCP_HEADER, 2);
  header.writeUInt16BE(checksum(addressBytes(from), addressBytes(to), pseudo, header), 16);
  return header;
};

const ipHeader = ({ from, to }: TcpPath): Buffer => {
  if (typeof from === 'bigint') {
    const header = Buffer.alloc(8);
    header.writeUInt8(6 << 4, 0);
    header.writeUInt16BE(TCP_HEADER, 4);
    header.writeUInt8(TCP, 6);
    header.writeUInt8(HOPS, 7);
    return Buffer.concat([header, addressBytes(from), addressBytes(to)]);
  }
  const header = Buffer.concat([Buffer.alloc(12), addressBytes(from), addressBytes(to)]);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(header.length + TCP_HEADER, 2);
  header.writeUInt8(HOPS, 8);
  header.writeUInt8(TCP, 9);
  header.writeUInt16BE(checksum(header), 10);
  return header;
};

export const writeTcpFrame = (segment: TcpSegment, { source, destination }: FrameEnds): Buffer => {
  const type = Buffer.alloc(2);
  type.writeUInt16BE(typeof segment.from === 'bigint' ? IPV6 : IPV4);
  return Buffer.concat([destination, source, type, ipHeader(segment), tcpHeader(segment)]);
};

/** Where TCP begins, in a frame whose first piece this is. Undefined: it is something else. */
const transportAt = (frame: Buffer): number | undefined => {
  if (frame.length < ETHERNET + 20) return undefined;
  const type = frame.readUInt16BE(12);
  // A later piece has no ports; what stands behind extension headers is not asked for.
  if (type === IPV4) return frame.readUInt8(ETHERNET + 9) === TCP && (frame.readUInt16BE(ETHERNET + 6) & 0x1fff) === 0 ? ETHERNET + 4 * (frame.readUInt8(ETHERNET) & 15) : undefined;
  return type === IPV6 && frame.readUInt8(ETHERNET + 6) === TCP ? ETHERNET + 40 : undefined;
};

/** Undefined: it is no TCP, or not whole. */
export const readTcpFrame = (frame: Buffer): TcpSegment | undefined => {
  const at = transportAt(frame);
  if (at === undefined || frame.length < at + TCP_HEADER) return undefined;
  const isIpv4 = frame.readUInt16BE(12) === IPV4;
  const [from, to, length] = isIpv4 ? [ETHERNET + 12, ETHERNET + 16, 4] : [ETHERNET + 8, ETHERNET + 24, 16];
  return {
    from: addressOfBytes(frame.subarray(from, from + length)),
    to: addressOfBytes(frame.subarray(to, to + length)),
    fromPort: frame.readUInt16BE(at),
    toPort: frame.readUInt16BE(at + 2),
    sequence: frame.readUInt32BE(at + 4),
    acknowledged: frame.readUInt32BE(at + 8),
    flags: frame.readUInt8(at + 13),
  };
};
