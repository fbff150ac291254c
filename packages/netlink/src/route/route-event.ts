/**
 * What a message of rtnetlink tells, whether it answers a dump or comes by itself. Pure.
 *
 * Not all changes are told: IPv4 routes that go with their link, or with its being set down, go without a word. Whoever keeps routes looks
 * again when a link changes.
 *
 * @module
 */
import type { Message } from '../message.ts';
import { familyName, routeMessage } from './frame.ts';
import { type InterfaceAddress, readAddress } from './interface-address.ts';
import { familyOfLink, type Link, readLink } from './link.ts';
import { type ForwardingEntry, isForwarding, type Neighbour, readNeighbour } from './neighbour.ts';
import { readRoute, type Route } from './route.ts';

/** `new`: it is there and looks like this, whether it was there before or not. `deleted`: it is no more, and looked like this. */
export type RouteChange = 'new' | 'deleted';

export type RouteEvent = { readonly change: RouteChange } & (
  | { readonly object: 'link'; readonly link: Link }
  /** A bridge's part of a link. Deleted: it left the bridge, but it is there. */
  | { readonly object: 'bridgePort'; readonly link: Link }
  | { readonly object: 'address'; readonly address: InterfaceAddress }
  | { readonly object: 'route'; readonly route: Route }
  | { readonly object: 'neighbour'; readonly neighbour: Neighbour }
  | { readonly object: 'forwarding'; readonly entry: ForwardingEntry }
);

type Told = RouteEvent extends infer E ? (E extends RouteEvent ? Omit<E, 'change'> : never) : never;
type Read = (message: Message) => Told | undefined;

const link: Read = (message) => {
  const found = readLink(message);
  if (found === undefined) return undefined;
  const family = familyOfLink(message);
  if (family === 0) return { object: 'link', link: found };
  // IPv6 has a part of each link too, which tells nothing of the link.
  return familyName(family) === 'bridge' ? { object: 'bridgePort', link: found } : undefined;
};

const address: Read = (message) => {
  const found = readAddress(message);
  return found && { object: 'address', address: found };
};

const route: Read = (message) => {
  const found = readRoute(message);
  return found && { object: 'route', route: found };
};

const neighbour: Read = (message) => {
  const found = readNeighbour(message);
  if (found === undefined) return undefined;
  return isForwarding(found) ? { object: 'forwarding', entry: found } : { object: 'neighbour', neighbour: found };
};

const readers = new Map<number, readonly [RouteChange, Read]>(
  Object.entries({ link, address, route, neighbour }).flatMap(([name, read]): [number, readonly [RouteChange, Read]][] => {
    const { new: created, delete: deleted } = routeMessage[name as keyof typeof routeMessage];
    return [[created, ['new', read]], [deleted, ['deleted', read]]];
  }),
);

/** Undefined: it tells of something else. Throws `MalformedError` where the bytes are no such message. */
export const readRouteMessage = (message: Message): RouteEvent | undefined => {
  const [change, read] = readers.get(message.type) ?? [];
  const told = read?.(message);
  return told === undefined || change === undefined ? undefined : ({ change, ...told } as RouteEvent);
};
