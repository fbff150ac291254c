/**
 * Links: the network devices of a namespace (`IFLA_*` of `include/uapi/linux/if_link.h`).
 *
 * @module
 */
import { attributes, bytes, type Codec, field, listOf, s32, text, u32, u8, type Values } from '../attributes/codec.ts';
import { structure, type StructureOf } from '../attributes/structure.ts';
import type { Message } from '../message.ts';
import { type Headed, headed } from './frame.ts';
import { type LinkKind, linkKind } from './link-kind.ts';

const headerSize = 16;
const header = { family: ['u8', 0], hardwareType: ['u16', 2], index: ['s32', 4], flags: ['u32', 8], change: ['u32', 12] } as const;

const counters = {
  receivedPackets: ['u64', 0], sentPackets: ['u64', 8], receivedBytes: ['u64', 16], sentBytes: ['u64', 24],
  receiveErrors: ['u64', 32], sendErrors: ['u64', 40], receiveDrops: ['u64', 48], sendDrops: ['u64', 56],
} as const;

/** Since the device was made. */
export type LinkStatistics = StructureOf<typeof counters>;

const ALTERNATIVE_NAME = 53;

const schema = {
  address: field(1, bytes),
  broadcast: field(2, bytes),
  name: field(3, text),
  mtu: field(4, u32),
  link: field(5, u32),
  master: field(10, u32),
  operationalState: field(16, u8),
  kind: field(18, linkKind),
  alias: field(20, text),
  statistics: field(23, structure(64, counters)),
  group: field(27, u32),
  promiscuity: field(30, u32),
  carrier: field(33, u8),
  linkNamespace: field(37, s32),
  xdp: field(43, attributes({ attached: field(2, u8), program: field(4, u32) })),
  otherNames: field(52, listOf(ALTERNATIVE_NAME, text)),
};

export const linkMessage: Codec<Headed<StructureOf<typeof header>, Values<typeof schema>>> = headed(headerSize, structure(headerSize, header), attributes(schema));

export interface Link extends LinkKind {
  /** Never used again in this namespace while it stands. */
  readonly index: number;
  readonly name: string;
  readonly otherNames: readonly string[];
  /** `linkFlag`. */
  readonly flags: number;
  /** As ARP numbers hardware: 1 is Ethernet, 772 the loopback, 65534 none. */
  readonly hardwareType: number;
  /** Bytes. */
  readonly mtu: number | undefined;
  /** The MAC address: 6 bytes for Ethernet. Undefined: it has none. */
  readonly address: Buffer | undefined;
  /** Index of the bridge (or bond, ...) that it is a port of. */
  readonly master: number | undefined;
  /** Index of the device that it stands on; of a veth: of its other end. */
  readonly link: number | undefined;
  /** The namespace in which `link` counts, by our own namespace's number for it. Undefined: our own. Negative: one without a number here. */
  readonly linkNamespace: number | undefined;
  /** `operationalState`. */
  readonly operationalState: number | undefined;
  readonly hasCarrier: boolean | undefined;
  readonly alias: string | undefined;
  /** The kernel's number of the program that sees every packet before anybody else (XDP). Undefined: there is none. */
  readonly xdpProgram: number | undefined;
  readonly statistics: LinkStatistics | undefined;
}

/** The family of the message: 0 for the device itself, else somebody's part of it. */
export const familyOfLink = ({ buffer, start }: Message): number => buffer.readUInt8(start);

/** Undefined: it has no name, so it does not describe the device but reports something else (wireless drivers do). */
export const readLink = ({ buffer, start, end }: Message): Link | undefined => {
  const { header: { index, flags, hardwareType }, attributes: { name, kind, carrier, xdp, otherNames = [], ...rest } } = linkMessage.read(buffer, start, end);
  if (name === undefined) return undefined;
  const { mtu, address, master, linkNamespace, operationalState, alias, statistics } = rest;
  // Zero is said of a veth whose other end is gone.
  const link = rest.link === 0 ? undefined : rest.link;
  return { index, name, otherNames, flags, hardwareType, mtu, address, master, link, linkNamespace, operationalState, hasCarrier: carrier === undefined ? undefined : carrier !== 0, alias, xdpProgram: xdp?.attached === undefined || xdp.attached === 0 ? undefined : (xdp.program ?? 0), statistics, ...kind };
};

export const linkFlag = { up: 0x1, broadcast: 0x2, loopback: 0x8, pointToPoint: 0x10, running: 0x40, noArp: 0x80, promiscuous: 0x100, allMulticast: 0x200, master: 0x400, slave: 0x800, multicast: 0x1000, lowerUp: 0x10000, dormant: 0x20000 } as const;

export const operationalState = { unknown: 0, notPresent: 1, down: 2, lowerLayerDown: 3, testing: 4, dormant: 5, up: 6 } as const;
