/**
 * What a link is made by (`IFLA_LINKINFO`): a bridge, a veth pair, a tap; and what it is a port of.
 *
 * @module
 */
import { attributes, type Codec, eachAttribute, field, text, u16, u32, u8, type Values } from '../attributes/codec.ts';
import type { Writer } from '../attributes/writer.ts';

const bridge = {
  /** Hundredths of a second; how long a learned entry is kept. */
  ageingTime: field(4, u32),
  stpState: field(5, u32),
  vlanFiltering: field(7, u8),
  /** Whether frames of this one bridge pass the IP hooks, whatever /proc/sys/net/bridge says. */
  callsIptables: field(36, u8),
  callsIp6tables: field(37, u8),
  defaultVlan: field(39, u16),
};

const tun = { owner: field(1, u32), group: field(2, u32), mode: field(3, u8), packetInformation: field(4, u8), vnetHeader: field(5, u8), isPersistent: field(6, u8), isMultiQueue: field(7, u8) };

const byKind = { bridge: attributes(bridge), tun: attributes(tun) };

export const tunMode = { tun: 1, tap: 2 } as const;

export interface LinkKind {
  /** `bridge`, `veth`, `tun` (taps too: see `tun.mode`). Undefined: hardware, or the loopback. */
  readonly kind?: string | undefined;
  readonly bridge?: Values<typeof bridge> | undefined;
  readonly tun?: Values<typeof tun> | undefined;
  /** The kind of its master. */
  readonly portKind?: string | undefined;
}

const KIND = 1;
const DATA = 2;
const PORT_KIND = 4;
const nested = 0x8000;

const writeText = (to: Writer, type: number, value: string | undefined): void => {
  if (value === undefined) return;
  const at = to.begin(type);
  text.write(to, value);
  to.end(at);
};

const writeData = <T>(to: Writer, codec: Codec<T>, values: T | undefined): void => {
  if (values === undefined) return;
  const at = to.begin(DATA | nested);
  codec.write(to, values);
  to.end(at);
};

export const linkKind: Codec<LinkKind> = {
  isNested: true,
  write: (to, values) => {
    writeText(to, KIND, values.kind);
    writeData(to, byKind.bridge, values.bridge);
    writeData(to, byKind.tun, values.tun);
    writeText(to, PORT_KIND, values.portKind);
  },
  read: (from, start, end): LinkKind => {
    let kind: string | undefined;
    let portKind: string | undefined;
    let data: readonly [start: number, end: number] | undefined;
    eachAttribute(from, start, end, (type, first, last) => {
      if (type === KIND) kind = text.read(from, first, last);
      if (type === PORT_KIND) portKind = text.read(from, first, last);
      if (type === DATA) data = [first, last];
    });
    return { kind, portKind, ...(data === undefined ? {} : dataOf(kind, from, data)) };
  },
};

const dataOf = (kind: string | undefined, from: Buffer, [start, end]: readonly [number, number]): LinkKind => {
  if (kind === 'bridge') return { bridge: byKind.bridge.read(from, start, end) };
  return kind === 'tun' ? { tun: byKind.tun.read(from, start, end) } : {};
};
