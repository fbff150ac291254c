/**
 * Next hops of a route that has several (`struct rtnexthop`), and a gateway of another family (`struct rtvia`).
 *
 * @module
 */
import { attributes, bytes, type Codec, field, MalformedError, type Values } from '../attributes/codec.ts';
import { structure, type StructureOf } from '../attributes/structure.ts';
import { aligned, Writer } from '../attributes/writer.ts';
import { addressBytes } from './address-bytes.ts';

/** An IPv6 gateway of an IPv4 route: the family's number, then the address. */
const familySize = 2;
export const via: Codec<Buffer> = {
  isNested: false,
  write: (to, address) => {
    to.u16(address.length === 4 ? 2 : 10);
    bytes.write(to, address);
  },
  read: (from, start, end) => addressBytes.read(from, start + familySize, end),
};

const headerSize = 8;
const layout = { length: ['u16', 0], flags: ['u8', 2], hops: ['u8', 3], link: ['s32', 4] } as const;
const header = structure(headerSize, layout);
const schema = { gateway: field(5, addressBytes), via: field(18, via) };
const content = attributes(schema);

/** `hops`: one less than its weight. */
export type RawNextHop = Omit<StructureOf<typeof layout>, 'length'> & Values<typeof schema>;

export interface NextHop {
  /** Index of the link. */
  readonly link: number;
  /** Of either family. Undefined: the destination is on the link itself. */
  readonly gateway: Buffer | undefined;
  /** Its share of the flows, beside those of the others. */
  readonly weight: number;
  /** `nextHopFlag`. */
  readonly flags: number;
}

export const nextHopOf = ({ link, gateway, via, hops, flags }: RawNextHop): NextHop => ({ link, gateway: gateway ?? via, weight: hops + 1, flags });

export const nextHops: Codec<readonly RawNextHop[]> = {
  isNested: false,
  write: (to, hops) => {
    for (const { link, flags, hops: weight, ...attributes } of hops) {
      const own = new Writer(64);
      content.write(own, attributes);
      header.write(to, { length: headerSize + own.length, flags, hops: weight, link });
      to.raw(own.bytes());
    }
  },
  read: (from, start, end) => {
    const hops: RawNextHop[] = [];
    for (let at = start; at < end; ) {
      const { length, flags, hops: weight, link } = header.read(from, at, end);
      if (length < headerSize || at + length > end) throw new MalformedError(`a next hop of ${length} bytes in ${end - at}`);
      hops.push({ link, flags, hops: weight, ...content.read(from, at + headerSize, at + length) });
      at += aligned(length);
    }
    return hops;
  },
};

/** `onLink`: the gateway is taken to be on the link, whatever its address. */
export const nextHopFlag = { dead: 0x1, onLink: 0x4, linkDown: 0x10 } as const;
