/**
 * Addresses of this host's links (`IFA_*` of `include/uapi/linux/if_addr.h`).
 *
 * @module
 */
import { attributes, type Codec, field, text, u32, u8, type Values } from '../attributes/codec.ts';
import { structure, type StructureOf } from '../attributes/structure.ts';
import type { Message } from '../message.ts';
import { addressBytes, checkedLength, ofFamily } from './address-bytes.ts';
import { familyName, type Headed, headed, type RouteFamily } from './frame.ts';

const headerSize = 8;
const header = { family: ['u8', 0], prefixLength: ['u8', 1], flags: ['u8', 2], scope: ['u8', 3], index: ['u32', 4] } as const;

const schema = {
  address: field(1, addressBytes),
  local: field(2, addressBytes),
  label: field(3, text),
  broadcast: field(4, addressBytes),
  lifetime: field(6, structure(16, { preferred: ['u32', 0], valid: ['u32', 4] })),
  flags: field(8, u32),
  protocol: field(11, u8),
};

export const addressMessage: Codec<Headed<StructureOf<typeof header>, Values<typeof schema>>> = headed(headerSize, structure(headerSize, header), attributes(schema));

export interface InterfaceAddress {
  readonly family: RouteFamily;
  /** Index of the link. */
  readonly link: number;
  /** Our own. */
  readonly address: Buffer;
  /** That of the other end, where the link leads to one host only. */
  readonly peer: Buffer | undefined;
  readonly prefixLength: number;
  readonly broadcast: Buffer | undefined;
  /** `routeScope`. */
  readonly scope: number;
  /** `addressFlag`. */
  readonly flags: number;
  /** Name of the link, or a name that begins with it. IPv4 only. */
  readonly label: string | undefined;
  /** Seconds that remain; `Infinity`: for ever. */
  readonly validSeconds: number;
  readonly preferredSeconds: number;
}

const forEver = 0xffffffff;
const seconds = (value = forEver): number => (value === forEver ? Infinity : value);

/** Undefined: of neither IPv4 nor IPv6. */
export const readAddress = ({ buffer, start, end }: Message): InterfaceAddress | undefined => {
  const { header: { prefixLength, scope, index, ...narrow }, attributes: { address, local, label, broadcast, lifetime, flags } } = addressMessage.read(buffer, start, end);
  const family = familyName(narrow.family);
  const own = local ?? address;
  if (family === undefined || family === 'bridge' || own === undefined) return undefined;
  return {
    family,
    link: index,
    address: ofFamily(own, family),
    // IPv4 has both even where they are the same; IPv6 has the local one only beside a peer.
    peer: address === undefined || address.equals(own) ? undefined : ofFamily(address, family),
    prefixLength: checkedLength(prefixLength, family),
    broadcast,
    scope,
    // The header has room for the oldest eight only.
    flags: flags ?? narrow.flags,
    label,
    validSeconds: seconds(lifetime?.valid),
    preferredSeconds: seconds(lifetime?.preferred),
  };
};

/** `tentative`: IPv6 still asks whether somebody else has it, and it may not be used. */
export const addressFlag = { secondary: 0x1, noDuplicateDetection: 0x2, duplicate: 0x8, deprecated: 0x20, tentative: 0x40, permanent: 0x80, noPrefixRoute: 0x200 } as const;
