/** Messages as a kernel sent them (`fixtures/messages.json`, Linux 6.18), and those that this kernel does not send. */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { type Codec, MalformedError } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import { messagesIn } from '../message.ts';
import { routeMessage } from './frame.ts';
import { addressMessage } from './interface-address.ts';
import { linkFlag, linkMessage, operationalState } from './link.ts';
import { neighbourFlag, neighbourMessage, neighbourState } from './neighbour.ts';
import { readRouteMessage, type RouteEvent } from './route-event.ts';
import { emptyRouteHeader, routeMessageCodec, routeScope, routeTable, routeType } from './route.ts';

const captured = JSON.parse(readFileSync(new URL('fixtures/messages.json', import.meta.url), 'utf8')) as Record<string, string>;
const read = (bytes: Buffer): RouteEvent | undefined => {
  const [message] = messagesIn(bytes);
  return message && readRouteMessage(message);
};
const told = (name: string): RouteEvent | undefined => read(Buffer.from(captured[name] ?? '', 'hex'));
const written = <T>(type: number, codec: Codec<T>, values: T): Buffer => {
  const writer = new Writer();
  const at = writer.beginMessage(type, 0, 1);
  codec.write(writer, values);
  writer.endMessage(at);
  return Buffer.from(writer.bytes());
};
const ip = (...bytes: number[]): Buffer => Buffer.from(bytes);
const mac = (last: number): Buffer => Buffer.from([2, 0, 0, 0, 0, last]);
const ip6 = (text: string): Buffer => Buffer.from(text.padEnd(32, '0'), 'hex');

describe('links', () => {
  it('a port of a bridge', () => {
    expect(told('portJoined')).toMatchObject({
      change: 'new', object: 'link', link: { index: 3, name: 'va', master: 4, link: 2, linkNamespace: undefined, kind: 'veth', portKind: 'bridge', mtu: 1500, address: mac(1), hardwareType: 1, operationalState: operationalState.up, hasCarrier: true, statistics: { receivedPackets: 1n, receivedBytes: 90n } },
    });
    const event = told('portJoined');
    expect(event?.object === 'link' && (event.link.flags & linkFlag.up) !== 0).toBe(true);
  });
  it('that left its bridge is not gone: only the part of the bridge is deleted', () => expect(told('portLeft')).toMatchObject({ change: 'deleted', object: 'bridgePort', link: { index: 3, name: 'va' } }));
  it('gone, and the other end of the pair with it', () => expect(told('linkGone')).toMatchObject({ change: 'deleted', object: 'link', link: { name: 'va', kind: 'veth', link: undefined } }));
  it.each([
    { name: 'of a part that IPv6 has of it', family: 10, attributes: { name: 'va' } },
    { name: 'without a name, as wireless drivers report signals', family: 0, attributes: {} },
  ])('nothing $name', ({ family, attributes }) => {
    expect(read(written(routeMessage.link.new, linkMessage, { header: { family, hardwareType: 1, index: 3, flags: 0, change: 0 }, attributes }))).toBeUndefined();
  });
});

describe('addresses', () => {
  it('our own, and that of the other end', () => {
    expect(told('address4')).toEqual({ change: 'new', object: 'address', address: { family: 'ip', link: 2, address: ip(10, 0, 0, 1), peer: ip(10, 0, 0, 2), prefixLength: 32, broadcast: undefined, scope: routeScope.universe, flags: 0x80, label: 'vb', validSeconds: Infinity, preferredSeconds: Infinity } });
  });
  it('of IPv6', () => expect(told('address6Gone')).toMatchObject({ change: 'deleted', object: 'address', address: { family: 'ip6', address: Buffer.concat([ip6('fd').subarray(0, 15), Buffer.from([1])]), peer: undefined, prefixLength: 64 } }));
});

describe('routes', () => {
  it('of a host, in a table beyond 255', () => {
    expect(told('hostRoute')).toMatchObject({ change: 'new', object: 'route', route: { family: 'ip', destination: ip(10, 1, 0, 1), prefixLength: 32, table: 100000, type: routeType.unicast, scope: routeScope.link, priority: 5, link: 2, gateway: undefined, preferredSource: ip(10, 0, 0, 1), nextHops: [] } });
  });
  it('with several next hops', () => {
    expect(told('multipath')).toMatchObject({ route: { link: undefined, gateway: undefined, nextHops: [{ link: 2, gateway: ip(10, 0, 0, 2), weight: 3, flags: 0 }, { link: 3, gateway: undefined, weight: 1, flags: 0 }] } });
  });
  it('by a gateway of the other family', () => expect(told('viaIp6')).toMatchObject({ route: { family: 'ip', gateway: Buffer.concat([ip6('fe80').subarray(0, 15), Buffer.from([2])]) } }));
  it('that lead nowhere', () => expect(told('blackhole6Gone')).toMatchObject({ change: 'deleted', route: { family: 'ip6', destination: ip6('fd05'), prefixLength: 64, type: routeType.blackhole, table: routeTable.main } }));
  it('by default have a destination of zeros', () => {
    const bytes = written(routeMessage.route.new, routeMessageCodec, { header: { ...emptyRouteHeader, family: 10, table: routeTable.main, type: routeType.unicast }, attributes: { link: 2 } });
    expect(read(bytes)).toMatchObject({ route: { destination: ip6(''), prefixLength: 0, table: routeTable.main, priority: 0 } });
  });
  it('of multicast are none of these', () => expect(read(written(routeMessage.route.new, routeMessageCodec, { header: { ...emptyRouteHeader, family: 128 }, attributes: {} }))).toBeUndefined());
});

describe('neighbours', () => {
  it('of a link', () => expect(told('neighbour')).toEqual({ change: 'new', object: 'neighbour', neighbour: { family: 'ip', link: 2, address: ip(10, 0, 0, 2), hardwareAddress: mac(9), state: neighbourState.permanent, flags: 0 } }));
  it('of a bridge', () => expect(told('forwarding')).toMatchObject({ change: 'new', object: 'forwarding', entry: { family: 'bridge', link: 3, master: 4, hardwareAddress: mac(0x21), state: neighbourState.noArp, vlan: undefined } }));
  it('of a bridge that knows VLANs', () => {
    const bytes = written(routeMessage.neighbour.delete, neighbourMessage, { header: { family: 7, link: 3, state: neighbourState.reachable, flags: neighbourFlag.master, type: 0 }, attributes: { hardwareAddress: mac(5), master: 4 } });
    // NDA_VLAN, by hand: the kernel of the fixtures has no VLANs.
    const tagged = Buffer.concat([bytes, Buffer.from([6, 0, 5, 0, 0xfe, 0x0f, 0, 0])]);
    tagged.writeUInt32LE(tagged.length);
    expect(read(tagged)).toMatchObject({ change: 'deleted', object: 'forwarding', entry: { vlan: 4094, hardwareAddress: mac(5), flags: neighbourFlag.master } });
  });
});

describe('what is no such message', () => {
  it('of another type tells nothing', () => expect(read(written(80, neighbourMessage, { header: { family: 2, link: 0, state: 0, flags: 0, type: 0 }, attributes: {} }))).toBeUndefined());

  const route = (family: number, destinationLength: number, attributes: object): Buffer => written(routeMessage.route.new, routeMessageCodec, { header: { ...emptyRouteHeader, family, destinationLength }, attributes });
  const header = written(routeMessage.route.new, routeMessageCodec, { header: { ...emptyRouteHeader, family: 2 }, attributes: {} });
  const hop = (length: number): Buffer => {
    const bytes = Buffer.concat([header, Buffer.from([12, 0, 9, 0, length & 255, length >> 8, 0, 0, 1, 0, 0, 0])]);
    bytes.writeUInt32LE(bytes.length);
    return bytes;
  };
  it.each([
    { name: 'an address of the other family', bytes: route(2, 32, { destination: Buffer.alloc(16) }) },
    { name: 'an address of five bytes', bytes: route(2, 32, { gateway: Buffer.alloc(5) }) },
    { name: 'a prefix longer than its address', bytes: route(2, 33, { destination: Buffer.alloc(4) }) },
    { name: 'a gateway without an address', bytes: route(2, 32, { via: Buffer.alloc(0) }) },
    { name: 'a next hop of no length', bytes: hop(0) },
    { name: 'a next hop longer than its list', bytes: hop(9) },
    { name: 'a header cut off', bytes: (() => {
      const bytes = Buffer.from(header.subarray(0, 24));
      bytes.writeUInt32LE(24);
      return bytes;
    })() },
    { name: 'an own address of the other family', bytes: written(routeMessage.address.new, addressMessage, { header: { family: 2, prefixLength: 32, flags: 0, scope: 0, index: 1 }, attributes: { local: Buffer.alloc(16) } }) },
  ])('$name is a fault', ({ bytes }) => expect(() => read(bytes)).toThrow(MalformedError));
});
