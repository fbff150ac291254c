/**
 * The frame of all rtnetlink messages: a structure of fixed size, then attributes (`include/uapi/linux/rtnetlink.h`).
 *
 * All numbers are in the host's order, unlike those of netfilter.
 *
 * @module
 */
import type { Codec } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';

/** Numbers of messages. */
export const routeMessage = {
  link: { new: 16, delete: 17, get: 18 },
  address: { new: 20, delete: 21, get: 22 },
  route: { new: 24, delete: 25, get: 26 },
  neighbour: { new: 28, delete: 29, get: 30 },
  queueing: { new: 36, delete: 37, get: 38 },
  filter: { new: 44, delete: 45, get: 46 },
} as const;

/** Multicast groups, for sockets that `join` them. Entries of bridges come with `neighbour`. */
export const routeGroup = { link: 1, neighbour: 3, traffic: 4, address4: 5, route4: 7, address6: 9, route6: 11 } as const;

/** As nft names families. */
const numbers = { ip: 2, bridge: 7, ip6: 10 } as const;
export type RouteFamily = 'ip' | 'ip6';

/** Zero: all of them. */
export const familyNumber = (family: keyof typeof numbers | undefined): number => (family === undefined ? 0 : numbers[family]);

const names = new Map<number, keyof typeof numbers>(Object.entries(numbers).map(([name, number]) => [number, name as keyof typeof numbers]));

/** Undefined: one that nobody here asks for, such as that of multicast routing. */
export const familyName = (number: number): keyof typeof numbers | undefined => names.get(number);

/** Bytes of an address. */
export const addressSize = (family: RouteFamily): number => (family === 'ip' ? 4 : 16);

export interface Headed<H, A> {
  readonly header: H;
  readonly attributes: A;
}

/** `size`: of the header, in bytes. */
export const headed = <H, A>(size: number, header: Codec<H>, attributes: Codec<A>): Codec<Headed<H, A>> => ({
  isNested: false,
  write: (to, values) => {
    header.write(to, values.header);
    attributes.write(to, values.attributes);
  },
  read: (from, start, end) => ({ header: header.read(from, start, end), attributes: attributes.read(from, start + size, end) }),
});

export interface RouteRequest<T> {
  readonly type: number;
  readonly flags: number;
  readonly codec: Codec<T>;
  readonly values: T;
}

export const requestOf = <T>(sequence: number, { type, flags, codec, values }: RouteRequest<T>): Writer => {
  const writer = new Writer(128);
  const at = writer.beginMessage(type, flags, sequence);
  codec.write(writer, values);
  writer.endMessage(at);
  return writer;
};
