/**
 * Neighbours: which MAC address an IP address has on a link, and behind which port of a bridge a MAC address is
 * (`NDA_*` of `include/uapi/linux/neighbour.h`).
 *
 * @module
 */
import { attributes, bytes, type Codec, field, u16, u32, u8, type Values } from '../attributes/codec.ts';
import { structure, type StructureOf } from '../attributes/structure.ts';
import type { Message } from '../message.ts';
import { addressBytes, ofFamily } from './address-bytes.ts';
import { familyName, type Headed, headed, type RouteFamily } from './frame.ts';

const headerSize = 12;
const layout = { family: ['u8', 0], link: ['s32', 4], state: ['u16', 8], flags: ['u8', 10], type: ['u8', 11] } as const;

const schema = {
  address: field(1, addressBytes),
  hardwareAddress: field(2, bytes),
  vlan: field(5, u16),
  vni: field(7, u32),
  master: field(9, u32),
  protocol: field(12, u8),
  extendedFlags: field(15, u32),
};

export const neighbourMessage: Codec<Headed<StructureOf<typeof layout>, Values<typeof schema>>> = headed(headerSize, structure(headerSize, layout), attributes(schema));

interface Entry {
  /** Index of the link; of a bridge's entry: of the port. */
  readonly link: number;
  /** The MAC address. Undefined: not known (yet). */
  readonly hardwareAddress: Buffer | undefined;
  /** `neighbourState`. */
  readonly state: number;
  /** `neighbourFlag`. */
  readonly flags: number;
}

export interface Neighbour extends Entry {
  readonly family: RouteFamily;
  readonly address: Buffer;
}

/** Where a bridge sends the frames of a MAC address. */
export interface ForwardingEntry extends Entry {
  readonly family: 'bridge';
  /** Index of the bridge. Undefined: an address that the device itself listens to. */
  readonly master: number | undefined;
  /** Undefined: in all. */
  readonly vlan: number | undefined;
  /** Of tunnels (VXLAN): the host behind which it is. */
  readonly address: Buffer | undefined;
}

/** Undefined: of a family that is none of these. */
export const readNeighbour = ({ buffer, start, end }: Message): Neighbour | ForwardingEntry | undefined => {
  const { header: { link, state, flags, ...header }, attributes: { address, hardwareAddress, master, vlan } } = neighbourMessage.read(buffer, start, end);
  const family = familyName(header.family);
  if (family === 'bridge') return { family, link, hardwareAddress, state, flags, master, vlan, address };
  return family === undefined || address === undefined ? undefined : { family, link, hardwareAddress, state, flags, address: ofFamily(address, family) };
};

export const isForwarding = (entry: Neighbour | ForwardingEntry): entry is ForwardingEntry => entry.family === 'bridge';

/** Equal for what the kernel takes for the same entry. */
export const neighbourKey = (entry: Neighbour | ForwardingEntry): string => {
  const { family, link, address } = entry;
  const more = isForwarding(entry) ? [entry.hardwareAddress?.toString('hex'), entry.vlan, entry.master] : [];
  return [family, link, address?.toString('hex'), ...more].join(' ');
};

/** Bits. Of a bridge's entries: `permanent` are its own addresses, `noArp` never ages, the others do. A tunnel's may have two of them. */
export const neighbourState = { none: 0, incomplete: 0x1, reachable: 0x2, stale: 0x4, delay: 0x8, probe: 0x10, failed: 0x20, noArp: 0x40, permanent: 0x80 } as const;
/** `self`: of the device's own table. `master`: of its bridge's. `external`: learned by somebody outside the kernel. */
export const neighbourFlag = { use: 0x1, self: 0x2, master: 0x4, proxy: 0x8, external: 0x10, offloaded: 0x20, sticky: 0x40, router: 0x80 } as const;
