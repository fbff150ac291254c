/** Law: no bytes make it throw or wait, and a packet that was written is read as it was meant, whatever extension headers stand in it. */
import { ipv4, ipv6 } from '@firsthop/netaddr';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPacket } from './read-packet.ts';

const ports = (protocol: number, from: number, to: number): Buffer => {
  const bytes = Buffer.alloc(8);
  if (protocol === 1 || protocol === 58) bytes.writeUInt16BE(to, 0);
  else {
    bytes.writeUInt16BE(from, 0);
    bytes.writeUInt16BE(to, 2);
  }
  return bytes;
};

const packet4 = (options: number, protocol: number, body: Buffer, fragment = 0): Buffer => {
  const head = Buffer.alloc(20 + options * 4);
  head.writeUInt8(0x40 | (5 + options), 0);
  head.writeUInt16BE(fragment, 6);
  head.writeUInt8(protocol, 9);
  head.writeUInt32BE(0x0a00_0001, 12);
  head.writeUInt32BE(0x0a00_0002, 16);
  return Buffer.concat([head, body]);
};

interface Extension {
  readonly kind: number;
  readonly units: number;
}

const packet6 = (extensions: readonly Extension[], protocol: number, body: Buffer): Buffer => {
  const kinds = [...extensions.map(({ kind }) => kind), protocol];
  const head = Buffer.alloc(40);
  head.writeUInt8(0x60, 0);
  head.writeUInt8(kinds[0] as number, 6);
  head.writeUInt8(1, 23);
  head.writeUInt8(2, 39);
  const parts = extensions.map(({ kind, units }, i) => {
    const part = Buffer.alloc(kind === 44 ? 8 : kind === 51 ? (units + 2) * 4 : (units + 1) * 8);
    part.writeUInt8(kinds[i + 1] as number, 0);
    if (kind !== 44) part.writeUInt8(units, 1);
    return part;
  });
  return Buffer.concat([head, ...parts, body]);
};

const port = fc.integer({ min: 0, max: 65_535 });
const extension: fc.Arbitrary<Extension> = fc.oneof(
  fc.record({ kind: fc.constantFrom(0, 43, 60, 135), units: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant(44), units: fc.constant(0) }),
  fc.record({ kind: fc.constant(51), units: fc.constantFrom(2, 4, 6) }),
);
const seen = (protocol: number, from: number, to: number) => (protocol === 1 || protocol === 58 ? { protocol, port: to } : { protocol, sourcePort: from, port: to });

/** As one may first write it: whatever stands behind 40 bytes is taken for the ports. */
const naive = (packet: Buffer): number | undefined => (packet.length < 44 ? undefined : packet.readUInt16BE(42));

describe('the head of a packet', () => {
  it('does no harm, whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 128 }), fc.constantFrom(0x45, 0x4f, 0x60, 0), (bytes, first) => {
      if (first !== 0 && bytes.length > 0) bytes[0] = first;
      const read = readPacket(bytes);
      if (read?.port !== undefined) expect(read.port).toBeLessThan(65_536);
    }), { numRuns: 20_000 });
  });

  it('of IPv4 is read behind any options', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 10 }), fc.constantFrom(1, 6, 17, 132), port, port, (options, protocol, from, to) => {
      expect(readPacket(packet4(options, protocol, ports(protocol, from, to)))).toEqual({ from: ipv4(0x0a00_0001), to: ipv4(0x0a00_0002), ...seen(protocol, from, to) });
    }));
  });

  it('of IPv6 is read behind any extension headers; who does not walk them is caught', () => {
    let misread = 0;
    fc.assert(fc.property(fc.array(extension, { maxLength: 6 }), fc.constantFrom(6, 17, 58, 132), port, port, (extensions, protocol, from, to) => {
      const packet = packet6(extensions, protocol, ports(protocol, from, to));
      expect(readPacket(packet)).toEqual({ from: ipv6(1n), to: ipv6(2n), ...seen(protocol, from, to) });
      if (naive(packet) !== to) misread++;
    }));
    expect(misread).toBeGreaterThan(0);
  });

  it('of a later fragment has no port: what stands there is data', () => {
    expect(readPacket(packet4(0, 17, ports(17, 1, 2), 5))).not.toHaveProperty('port');
    const later = packet6([{ kind: 44, units: 0 }], 17, ports(17, 1, 2));
    later.writeUInt16BE(8, 42);
    expect(readPacket(later)).toMatchObject({ protocol: 17 });
    expect(readPacket(later)).not.toHaveProperty('port');
  });

  it('that is cut off has no port', () => {
    const whole = packet6([{ kind: 0, units: 0 }], 6, ports(6, 1, 2));
    for (let length = 40; length < 52; length++) expect(readPacket(whole.subarray(0, length))).not.toHaveProperty('port');
    expect(readPacket(whole.subarray(0, 39))).toBeUndefined();
  });
});
