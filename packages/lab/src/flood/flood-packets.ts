/**
 * Whole IP packets, for senders that write their own headers. Pure.
 *
 * @module
 */
import { type Address, protocolNumbers } from '@firsthop/netaddr';
import { internetChecksum } from '../prober/packet-craft.ts';

export interface FloodPacket {
  readonly source: Address;
  readonly destination: Address;
  /** Echo requests, SYNs, or datagrams. */
  readonly protocol: 'ICMP' | 'TCP' | 'UDP';
  /** At the destination. */
  readonly port: number;
  /** Source port, or identifier of the echo. */
  readonly mark: number;
}

const bytesOf = (address: Address): Buffer => {
  const wide = typeof address === 'number' ? address.toString(16).padStart(8, '0') : address.toString(16).padStart(32, '0');
  return Buffer.from(wide, 'hex');
};

const numberOf = ({ protocol, source }: FloodPacket): number => (protocol === 'ICMP' ? (typeof source === 'number' ? 1 : 58) : protocolNumbers[protocol]);

/** With a checksum of 0, and where it belongs. */
const message = ({ protocol, source, port, mark }: FloodPacket): { readonly bytes: Buffer; readonly checksumAt: number } => {
  const bytes = Buffer.alloc(protocol === 'TCP' ? 20 : 16);
  if (protocol === 'ICMP') {
    bytes.writeUInt8(typeof source === 'number' ? 8 : 128, 0);
    bytes.writeUInt16BE(mark, 4);
    return { bytes, checksumAt: 2 };
  }
  bytes.writeUInt16BE(mark, 0);
  bytes.writeUInt16BE(port, 2);
  if (protocol === 'UDP') {
    bytes.writeUInt16BE(bytes.length, 4);
    return { bytes, checksumAt: 6 };
  }
  // Five words of header, SYN, a window.
  bytes.writeUInt16BE(0x5002, 12);
  bytes.writeUInt16BE(0xffff, 14);
  return { bytes, checksumAt: 16 };
};

export const floodPacket = (packet: FloodPacket): Buffer => {
  const [source, destination, number] = [bytesOf(packet.source), bytesOf(packet.destination), numberOf(packet)];
  const { bytes, checksumAt } = message(packet);
  const pseudo = Buffer.concat([source, destination, Buffer.from([0, bytes.length, 0, number])]);
  bytes.writeUInt16BE(internetChecksum(number === 1 ? bytes : Buffer.concat([pseudo, bytes])), checksumAt);
  if (source.length === 4) {
    const header = Buffer.concat([Buffer.from([0x45, 0, 0, 20 + bytes.length, 0, 0, 0x40, 0, 64, number, 0, 0]), source, destination]);
    header.writeUInt16BE(internetChecksum(header), 10);
    return Buffer.concat([header, bytes]);
  }
  return Buffer.concat([Buffer.from([0x60, 0, 0, 0, 0, bytes.length, number, 64]), source, destination, bytes]);
};
