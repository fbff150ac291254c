/**
 * Routes (`RTA_*` of `include/uapi/linux/rtnetlink.h`).
 *
 * @module
 */
import { attributes, type Codec, field, u32, u8, type Values } from '../attributes/codec.ts';
import { structure, type StructureOf } from '../attributes/structure.ts';
import type { Message } from '../message.ts';
import { addressBytes, checkedLength, orZeros } from './address-bytes.ts';
import { familyName, type Headed, headed, type RouteFamily } from './frame.ts';
import { type NextHop, nextHopOf, nextHops, via } from './next-hop.ts';

const headerSize = 12;
const layout = { family: ['u8', 0], destinationLength: ['u8', 1], sourceLength: ['u8', 2], tos: ['u8', 3], table: ['u8', 4], protocol: ['u8', 5], scope: ['u8', 6], type: ['u8', 7], flags: ['u32', 8] } as const;

const metrics = attributes({ mtu: field(2, u32), advertisedMss: field(8, u32) });

const schema = {
  destination: field(1, addressBytes),
  source: field(2, addressBytes),
  inputLink: field(3, u32),
  link: field(4, u32),
  gateway: field(5, addressBytes),
  priority: field(6, u32),
  preferredSource: field(7, addressBytes),
  metrics: field(8, metrics),
  nextHops: field(9, nextHops),
  table: field(15, u32),
  mark: field(16, u32),
  via: field(18, via),
  preference: field(20, u8),
  nextHopId: field(30, u32),
};

export type RouteHeader = StructureOf<typeof layout>;
export type RouteAttributes = Values<typeof schema>;

export const routeMessageCodec: Codec<Headed<RouteHeader, RouteAttributes>> = headed(headerSize, structure(headerSize, layout), attributes(schema));

/** Of requests; the kernel refuses what it does not use to be other than zero. */
export const emptyRouteHeader: RouteHeader = { family: 0, destinationLength: 0, sourceLength: 0, tos: 0, table: 0, protocol: 0, scope: 0, type: 0, flags: 0 };

export interface Route {
  readonly family: RouteFamily;
  /** 4 or 16 bytes, zeros for a default route. */
  readonly destination: Buffer;
  readonly prefixLength: number;
  /** Of packets from this prefix only. Undefined: from anywhere. IPv6 only. */
  readonly source: { readonly address: Buffer; readonly prefixLength: number } | undefined;
  /** `routeTable`, or a number of somebody's choice. */
  readonly table: number;
  /** `routeType`: only `unicast` leads to another host. */
  readonly type: number;
  /** `routeScope`. */
  readonly scope: number;
  /** `routeProtocol`: who made it. */
  readonly protocol: number;
  /** Of routes to the same prefix the lowest counts. */
  readonly priority: number;
  readonly tos: number;
  /** `routeFlag`, and those of its only next hop (`nextHopFlag`). */
  readonly flags: number;
  /** Index of the link. Undefined: it has several next hops, or leads nowhere. IPv6 names the loopback where it leads nowhere. */
  readonly link: number | undefined;
  /** Of either family. Undefined: the destination is on the link itself. */
  readonly gateway: Buffer | undefined;
  /** The address that packets of this host come from, where they are free to choose. */
  readonly preferredSource: Buffer | undefined;
  /** Two or more, or none where `link` says it. */
  readonly nextHops: readonly NextHop[];
  /** Of an object that next hops are shared by. */
  readonly nextHopId: number | undefined;
  /** Bytes. */
  readonly mtu: number | undefined;
}

/** Undefined: of neither IPv4 nor IPv6, such as a multicast route. */
export const readRoute = ({ buffer, start, end }: Message): Route | undefined => {
  const { header, attributes: found } = routeMessageCodec.read(buffer, start, end);
  const family = familyName(header.family);
  if (family === undefined || family === 'bridge') return undefined;
  const { type, scope, protocol, tos, flags } = header;
  return {
    family,
    destination: orZeros(found.destination, family),
    prefixLength: checkedLength(header.destinationLength, family),
    source: header.sourceLength === 0 ? undefined : { address: orZeros(found.source, family), prefixLength: checkedLength(header.sourceLength, family) },
    // The header has room for tables up to 255 only.
    table: found.table ?? header.table,
    type, scope, protocol, tos, flags,
    priority: found.priority ?? 0,
    link: found.link,
    gateway: found.gateway ?? found.via,
    preferredSource: found.preferredSource,
    nextHops: found.nextHops?.map(nextHopOf) ?? [],
    nextHopId: found.nextHopId,
    mtu: found.metrics?.mtu,
  };
};

/** Equal for what the kernel takes for the same route. */
export const routeKey = ({ family, table, destination, prefixLength, source, tos, priority, type, link, gateway }: Route): string =>
  [family, table, destination.toString('hex'), prefixLength, source?.address.toString('hex'), source?.prefixLength, tos, priority, type, link, gateway?.toString('hex')].join(' ');

export const routeTable = { default: 253, main: 254, local: 255 } as const;
export const routeType = { unicast: 1, local: 2, broadcast: 3, anycast: 4, multicast: 5, blackhole: 6, unreachable: 7, prohibit: 8, throw: 9 } as const;
export const routeScope = { universe: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;
export const routeProtocol = { redirect: 1, kernel: 2, boot: 3, static: 4, routerAdvertisement: 9, dhcp: 16 } as const;
/** `cloned`: not of a table, but what the kernel remembers of one destination. `lookupTable`: of requests, tell the table that it was found in. */
export const routeFlag = { cloned: 0x200, lookupTable: 0x1000 } as const;
