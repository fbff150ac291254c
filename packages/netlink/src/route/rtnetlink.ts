/**
 * The network of a namespace as the kernel has it: links, addresses, routes, neighbours. Only reads.
 *
 * A dump is done when the call returns: about a microsecond for each route, ten for each link, which has most to tell. Links and addresses are
 * of one moment. Routes and neighbours need not be, for the kernel does not tell that they changed meanwhile: what stood all the time is there,
 * what came or went may be; whoever needs more listens to changes from before the dump, and looks again.
 *
 * All methods throw `KernelError` where the kernel refuses, which it does not do for lack of rights: reading needs none.
 *
 * @module
 */
import type { Codec } from '../attributes/codec.ts';
import { type Message, messageFlag } from '../message.ts';
import { KernelError } from '../socket/kernel-error.ts';
import { errnos } from '../socket/libc.ts';
import { NetlinkSocket, netlinkProtocol, type SocketOptions } from '../socket/netlink-socket.ts';
import { familyNumber, requestOf, type RouteFamily, routeGroup, routeMessage } from './frame.ts';
import { addressMessage, type InterfaceAddress, readAddress } from './interface-address.ts';
import { type Link, linkMessage, readLink } from './link.ts';
import { type ForwardingEntry, isForwarding, type Neighbour, neighbourKey, neighbourMessage, readNeighbour } from './neighbour.ts';
import { emptyRouteHeader, readRoute, type Route, routeFlag, routeKey, routeMessageCodec } from './route.ts';
import { type QueueingDiscipline, readFilter, readQueueing, sideParent, type TrafficFilter, trafficMessage, trafficRequest, type TrafficSide } from './traffic.ts';
import { undisturbed } from './undisturbed.ts';

const noWay: ReadonlySet<number> = new Set([errnos.ENETUNREACH, errnos.EHOSTUNREACH, errnos.EACCES]);

/** The kernel would not send there. A blackhole is `EINVAL`, as is a wrong request, but that one is explained. */
const isNoWay = (error: unknown): boolean => error instanceof KernelError && (noWay.has(error.errno) || (error.errno === errnos.EINVAL && error.explanation === undefined));

export class Rtnetlink {
  readonly #socket: NetlinkSocket;
  /** Hears what changes while something is listed, for then only it is in a group. */
  readonly #listener: NetlinkSocket;

  /** Throws `KernelError` where no socket can be had (`EMFILE`, `EPERM` of another namespace). */
  constructor(options: SocketOptions = {}) {
    this.#socket = new NetlinkSocket(netlinkProtocol.route, options);
    this.#listener = new NetlinkSocket(netlinkProtocol.route, options);
  }

  close(): void {
    this.#socket.close();
    this.#listener.close();
  }

  /** All devices of the namespace, up or not. */
  links(): Link[] {
    return this.#list(routeMessage.link.get, { codec: linkMessage, values: { header: { family: 0, hardwareType: 0, index: 0, flags: 0, change: 0 }, attributes: {} } }, readLink);
  }

  /** Those of all links. Undefined: of both families. */
  addresses(family?: RouteFamily): InterfaceAddress[] {
    return this.#list(routeMessage.address.get, { codec: addressMessage, values: { header: { family: familyNumber(family), prefixLength: 0, flags: 0, scope: 0, index: 0 }, attributes: {} } }, readAddress);
  }

  /** Those of one table, or of all. A table that nobody made has none. */
  routes(family: RouteFamily, table?: number): Route[] {
    const read = (): Route[] => this.#routes(family, table);
    // Those of IPv4 the kernel goes through in the order of their prefixes, and finds its place again.
    return family === 'ip' ? read() : undisturbed(this.#listener, { group: routeGroup.route6, read, keyOf: routeKey });
  }

  /**
   * What the kernel would do with a packet of this host to that address, 4 or 16 bytes: the link, the gateway, its own address
   * (`preferredSource`). Undefined: it would not send it. A `local` route: it is this host's own. Throws `RangeError` where it is no address.
   */
  route(destination: Buffer): Route | undefined {
    if (destination.length !== 4 && destination.length !== 16) throw new RangeError(`an address of ${destination.length} bytes`);
    const isIp = destination.length === 4;
    // IPv6 tells the table unasked, and refuses to be asked.
    const header = { ...emptyRouteHeader, family: familyNumber(isIp ? 'ip' : 'ip6'), destinationLength: 8 * destination.length, flags: isIp ? routeFlag.lookupTable : 0 };
    const sequence = this.#socket.nextSequence();
    const request = requestOf(sequence, { type: routeMessage.route.get, flags: messageFlag.request, codec: routeMessageCodec, values: { header, attributes: { destination } } });
    let found: Route | undefined;
    try {
      this.#socket.request(request, sequence, (message) => (found = readRoute(message)));
    } catch (error) {
      if (!isNoWay(error)) throw error;
    }
    return found;
  }

  /** What ARP and neighbour discovery know, but not what they answer for others (proxies). Undefined: of both families. */
  neighbours(family?: RouteFamily): Neighbour[] {
    return this.#neighbours(family).filter((entry) => !isForwarding(entry));
  }

  /** The forwarding tables of all bridges (and tunnels), and the addresses that devices listen to. */
  bridgeForwarding(): ForwardingEntry[] {
    return this.#neighbours('bridge').filter(isForwarding);
  }

  /** Of all links. */
  queueing(): QueueingDiscipline[] {
    return this.#list(routeMessage.queueing.get, { codec: trafficMessage, values: trafficRequest(0, 0) }, readQueueing);
  }

  /** Those that see every packet which comes in by a link or leaves by it; none where the link has no `clsact` or `ingress` discipline. */
  filters(link: number, side: TrafficSide): TrafficFilter[] {
    return this.#list(routeMessage.filter.get, { codec: trafficMessage, values: trafficRequest(link, sideParent[side]) }, readFilter(side));
  }

  #routes(family: RouteFamily, table: number | undefined): Route[] {
    try {
      const values = { header: { ...emptyRouteHeader, family: familyNumber(family) }, attributes: { table } };
      const found = this.#list(routeMessage.route.get, { codec: routeMessageCodec, values }, readRoute);
      // The kernel chooses, which saves time; one before 4.20 does not, and mixes in what it remembers of single destinations.
      return found.filter((route) => (table === undefined || route.table === table) && (route.flags & routeFlag.cloned) === 0);
    } catch (error) {
      if (error instanceof KernelError && error.errno === errnos.ENOENT) return [];
      throw error;
    }
  }

  #neighbours(family: RouteFamily | 'bridge' | undefined): (Neighbour | ForwardingEntry)[] {
    const values = { header: { family: familyNumber(family), link: 0, state: 0, flags: 0, type: 0 }, attributes: {} };
    return undisturbed(this.#listener, { group: routeGroup.neighbour, read: () => this.#list(routeMessage.neighbour.get, { codec: neighbourMessage, values }, readNeighbour), keyOf: neighbourKey });
  }

  #list<V, T>(type: number, request: { readonly codec: Codec<V>; readonly values: V }, read: (message: Message) => T | undefined): T[] {
    return this.#socket.dump((sequence) => requestOf(sequence, { type, flags: messageFlag.request | messageFlag.dump, ...request }), read).filter((one) => one !== undefined);
  }
}
