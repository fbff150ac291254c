/** Laws of decoding: what is written is read again; bytes of any kind are read or refused. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { type Codec, MalformedError } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import { messagesIn } from '../message.ts';
import { routeMessage } from './frame.ts';
import { addressMessage } from './interface-address.ts';
import { linkMessage } from './link.ts';
import { neighbourMessage } from './neighbour.ts';
import { readRouteMessage } from './route-event.ts';
import { routeMessageCodec } from './route.ts';

const unsigned = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });
const [u8, u16, u32] = [unsigned(8), unsigned(16), unsigned(32)];
const s32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const buffer = (minLength: number, maxLength = minLength): fc.Arbitrary<Buffer> => fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes));
const address = fc.oneof(buffer(4), buffer(16));
const text = fc.string({ unit: fc.constantFrom(...'abz09-._é漢😀'), maxLength: 20 });
const some = <T>(of: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(of, { requiredKeys: [] });

const kind = fc.oneof(
  some({ kind: fc.constantFrom('veth', 'vxlan'), portKind: text }),
  fc.record({ kind: fc.constant('bridge'), bridge: some({ ageingTime: u32, stpState: u32, vlanFiltering: u8, callsIptables: u8, callsIp6tables: u8, defaultVlan: u16 }) }),
  fc.record({ kind: fc.constant('tun'), tun: some({ owner: u32, group: u32, mode: u8, packetInformation: u8, vnetHeader: u8, isPersistent: u8, isMultiQueue: u8 }) }),
);
const statistics = fc.record({ receivedPackets: u64, sentPackets: u64, receivedBytes: u64, sentBytes: u64, receiveErrors: u64, sendErrors: u64, receiveDrops: u64, sendDrops: u64 });
const link = fc.record({
  header: fc.record({ family: u8, hardwareType: u16, index: s32, flags: u32, change: u32 }),
  attributes: some({ address: buffer(0, 32), broadcast: buffer(6), name: text, mtu: u32, link: u32, master: u32, operationalState: u8, kind, alias: text, statistics, group: u32, promiscuity: u32, carrier: u8, linkNamespace: s32, xdp: some({ attached: u8, program: u32 }), otherNames: fc.array(text, { maxLength: 4 }) }),
});
const interfaceAddress = fc.record({
  header: fc.record({ family: u8, prefixLength: u8, flags: u8, scope: u8, index: u32 }),
  attributes: some({ address, local: address, label: text, broadcast: address, lifetime: fc.record({ preferred: u32, valid: u32 }), flags: u32, protocol: u8 }),
});
const hop = fc.record({ link: s32, flags: u8, hops: u8, gateway: address, via: address }, { requiredKeys: ['link', 'flags', 'hops'] });
const route = fc.record({
  header: fc.record({ family: u8, destinationLength: u8, sourceLength: u8, tos: u8, table: u8, protocol: u8, scope: u8, type: u8, flags: u32 }),
  attributes: some({ destination: address, source: address, inputLink: u32, link: u32, gateway: address, priority: u32, preferredSource: address, metrics: some({ mtu: u32, advertisedMss: u32 }), nextHops: fc.array(hop, { maxLength: 5 }), table: u32, mark: u32, via: address, preference: u8, nextHopId: u32 }),
});
const neighbour = fc.record({
  header: fc.record({ family: u8, link: s32, state: u16, flags: u8, type: u8 }),
  attributes: some({ address, hardwareAddress: buffer(0, 32), vlan: u16, vni: u32, master: u32, protocol: u8, extendedFlags: u32 }),
});

const message = <T>(type: number, codec: Codec<T>, values: T): Buffer => {
  const writer = new Writer(16);
  const at = writer.beginMessage(type, 0, 7);
  codec.write(writer, values);
  writer.endMessage(at);
  return Buffer.from(writer.bytes());
};
const again = <T>(codec: Codec<T>, values: T): T => {
  const [found] = messagesIn(message(1, codec, values));
  if (found === undefined) throw new Error('no message');
  return codec.read(found.buffer, found.start, found.end);
};

describe('what is written is read again', () => {
  it('links', () => fc.assert(fc.property(link, (values) => void expect(again(linkMessage, values)).toEqual(values)), { numRuns: 500 }));
  it('addresses', () => fc.assert(fc.property(interfaceAddress, (values) => void expect(again(addressMessage, values)).toEqual(values)), { numRuns: 500 }));
  it('routes', () => fc.assert(fc.property(route, (values) => void expect(again(routeMessageCodec, values)).toEqual(values)), { numRuns: 500 }));
  it('neighbours', () => fc.assert(fc.property(neighbour, (values) => void expect(again(neighbourMessage, values)).toEqual(values)), { numRuns: 500 }));
});

describe('bytes of any kind are read, or are a MalformedError', () => {
  const endure = (bytes: Buffer): void => {
    try {
      for (const found of messagesIn(bytes)) readRouteMessage(found);
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedError);
    }
  };
  const captured = Object.values(JSON.parse(readFileSync(new URL('fixtures/messages.json', import.meta.url), 'utf8')) as Record<string, string>).map((hex) => Buffer.from(hex, 'hex'));
  const types = Object.values(routeMessage).flatMap((one) => [one.new, one.delete]);

  it('messages of a kernel with a few bytes changed, and cut off', () => {
    const change = fc.record({ at: fc.nat(2000), to: fc.oneof(u8, fc.constantFrom(0, 1, 3, 4, 255)) });
    fc.assert(
      fc.property(fc.constantFrom(...captured), fc.array(change, { minLength: 1, maxLength: 6 }), fc.option(fc.nat(2000)), (original, changes, cut) => {
        const bytes = Buffer.from(original.subarray(0, cut === null ? original.length : 16 + (cut % original.length)));
        for (const { at, to } of changes) bytes[4 + (at % (bytes.length - 4))] = to;
        bytes.writeUInt32LE(bytes.length);
        endure(bytes);
      }),
      { numRuns: 5000 },
    );
  });
  it('noise in the frame of a message', () => {
    fc.assert(fc.property(fc.constantFrom(...types), buffer(0, 200), (type, noise) => endure(message(type, { isNested: false, write: (to, bytes) => to.raw(bytes), read: () => noise }, noise))), { numRuns: 5000 });
  });
});
