/**
 * What a packet of one direction looks like: addresses, protocol, and what tells its conversations apart (`CTA_TUPLE_*`).
 *
 * @module
 */
import { attributes, type Codec, field, MalformedError, u128be, u16be, u32be, u8 } from '../attributes/codec.ts';

/** IPv4 a number, IPv6 a bigint: an address is its own map key, and the families never mix. */
export type IpAddress = number | bigint;

export interface Tuple {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** As IP numbers it: 6 is TCP. */
  readonly protocol: number;
  /** Of protocols that have ports (for GRE: keys). */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Of ICMP and ICMPv6. */
  readonly icmp?: IcmpKey;
  /** Where this direction alone is of a zone; otherwise it is the entry's. */
  readonly zone?: number;
}

export interface IcmpKey {
  readonly type: number;
  readonly code: number;
  readonly id: number;
}

export const protocolNumber = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 } as const;

const addresses = attributes({ source4: field(1, u32be), destination4: field(2, u32be), source6: field(3, u128be), destination6: field(4, u128be) });

const conversation = attributes({
  number: field(1, u8),
  sourcePort: field(2, u16be),
  destinationPort: field(3, u16be),
  icmpId: field(4, u16be),
  icmpType: field(5, u8),
  icmpCode: field(6, u8),
  icmp6Id: field(7, u16be),
  icmp6Type: field(8, u8),
  icmp6Code: field(9, u8),
});

const raw = attributes({ addresses: field(1, addresses), conversation: field(2, conversation), zone: field(3, u16be) });

type Raw = ReturnType<typeof raw.read>;

const writtenAddresses = ({ source, destination }: Tuple): Raw['addresses'] => {
  if (typeof source === 'number' && typeof destination === 'number') return { source4: source, destination4: destination };
  if (typeof source === 'bigint' && typeof destination === 'bigint') return { source6: source, destination6: destination };
  throw new TypeError('the addresses of a tuple are of one family');
};

const writtenIcmp = ({ protocol, icmp }: Tuple): Raw['conversation'] => {
  if (icmp === undefined) return {};
  if (protocol === protocolNumber.icmp6) return { icmp6Id: icmp.id, icmp6Type: icmp.type, icmp6Code: icmp.code };
  return { icmpId: icmp.id, icmpType: icmp.type, icmpCode: icmp.code };
};

const readAddresses = ({ source4, destination4, source6, destination6 }: NonNullable<Raw['addresses']>): Pick<Tuple, 'source' | 'destination'> => {
  if (source4 !== undefined && destination4 !== undefined) return { source: source4, destination: destination4 };
  if (source6 !== undefined && destination6 !== undefined) return { source: source6, destination: destination6 };
  throw new MalformedError('a tuple without two addresses of one family');
};

const readIcmp = (said: NonNullable<Raw['conversation']>): { readonly icmp?: IcmpKey } => {
  const { icmpId: id = said.icmp6Id, icmpType: type = said.icmp6Type, icmpCode: code = said.icmp6Code } = said;
  return id === undefined || type === undefined || code === undefined ? {} : { icmp: { type, code, id } };
};

export const tuple: Codec<Tuple> = {
  isNested: true,
  write: (to, value) => {
    const { protocol: number, sourcePort, destinationPort, zone } = value;
    raw.write(to, { addresses: writtenAddresses(value), conversation: { number, sourcePort, destinationPort, ...writtenIcmp(value) }, zone });
  },
  read: (from, start, end) => {
    const { addresses: who = {}, conversation: what = {}, zone } = raw.read(from, start, end);
    const { number: protocol, sourcePort, destinationPort } = what;
    if (protocol === undefined) throw new MalformedError('a tuple without a protocol');
    return {
      ...readAddresses(who),
      protocol,
      ...(sourcePort === undefined ? {} : { sourcePort }),
      ...(destinationPort === undefined ? {} : { destinationPort }),
      ...readIcmp(what),
      ...(zone === undefined ? {} : { zone }),
    };
  },
};
