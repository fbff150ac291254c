/**
 * What somebody behind one of our interfaces may try, and the rule that alone keeps it: with `cuts` it gets through.
 *
 * @module
 */
import { type Address, ipv6 } from '@firsthop/netaddr';
import { arp, broadcast, discovery, type Ends, type Ethernet, ethernet, type Extension, fragment, fragmentsOf, frameOf, icmp6, ipv6Packet, linkLayer, padding, routing, tcp, type Transport, udp } from './frames.ts';
import type { Cut, GuardedGround } from './guarded-ground.ts';

export interface Threat {
  readonly name: string;
  readonly from: string;
  /** Where it must not be seen. */
  readonly at: string;
  /** `payload` is looked for. */
  readonly frames: (ground: GuardedGround, payload: Buffer) => readonly Buffer[];
  readonly cuts: readonly Cut[];
  /** Connection tracking keeps it too: the broken variant has none. */
  readonly isTracked?: boolean;
}

/** No packet may be taken for an answer to an earlier one. */
let lastPort = 10_000;
const fresh = (): number => ++lastPort;

const families = [0, 1] as const;
type FamilyIndex = (typeof families)[number];
const everyNode = ipv6((0xff02n << 112n) | 1n);
const routerLink = ipv6((0xfe80n << 112n) | 1n);
const unspecified = ipv6(0n);
const asked = (target: Address): Address => ipv6((0xff02n << 112n) | (0x1ffn << 24n) | (BigInt(target) & 0xffffffn));
const toAll = '33:33:00:00:00:01';

/** From one card to another of its link. */
const link = (ground: GuardedGround, from: string, to: string): Ethernet => ({ from: ground.macOf(from), to: ground.macOf(to) });
/** To the node that routes. */
const hop = (ground: GuardedGround, from: string): Ethernet => {
  const device = from.startsWith('odd') ? from : ground.workload(from).kind === 'vm' ? 'fhbr0' : ground.workload(from).device;
  return { from: ground.macOf(from), to: ground.macOf('node', device) };
};
const ends = (ground: GuardedGround, from: string, to: string, family: FamilyIndex): Ends => ({ source: ground.addressOf(from, family), destination: ground.addressOf(to, family) });
const ownLink = (ground: GuardedGround, name: string): Address => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = ground.macOf(name).split(':').map((byte) => Number.parseInt(byte, 16));
  return ipv6([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f].reduce((value, byte) => (value << 8n) | BigInt(byte), 0n));
};

const LAST: RegExp = /^counter name "c_antispoof" drop$/;
const port: Cut = { family: 'bridge', chain: 'from_port', rule: LAST };
/** Two keep an address that is another endpoint's. */
const elses: Cut = { chain: 'from_managed', rule: /saddr @local[46]/ };
const managed: Cut = { chain: 'from_managed', rule: LAST };
const ofPort = (rule: string): Cut => ({ family: 'bridge', chain: 'from_port', rule });
const tagged: readonly Cut[] = [ofPort('8021q'), { family: 'bridge', chain: 'to_port', rule: '8021q' }];

const bridged: readonly Threat[] = [
  ...families.map((family): Threat => ({ name: `a machine with a pod's address, family ${family}`, from: 'v', at: 'w', frames: (g, mark) => [frameOf(link(g, 'v', 'w'), ends(g, 'a', 'w', family), udp(ends(g, 'a', 'w', family), [fresh(), 9], mark))], cuts: [elses, port] })),
  { name: "a machine with another's MAC address", from: 'v', at: 'w', frames: (g, mark) => [frameOf({ ...link(g, 'v', 'w'), from: '0a:00:00:00:00:99' }, ends(g, 'v', 'w', 0), udp(ends(g, 'v', 'w', 0), [fresh(), 9], mark))], cuts: [port] },
  { name: "an answer to ARP in the router's name", from: 'v', at: 'w', frames: (g, mark) => [arp(link(g, 'v', 'w'), { operation: 2, senderMac: g.macOf('v'), sender: 0xa9fe0101 as Address, target: g.addressOf('w', 0) }, mark)], cuts: [port] },
  { name: "ARP that names another's MAC address", from: 'v', at: 'w', frames: (g, mark) => [arp(link(g, 'v', 'w'), { operation: 1, senderMac: '0a:00:00:00:00:99', sender: g.addressOf('v', 0), target: g.addressOf('w', 0) }, mark)], cuts: [port] },
  { name: 'ARP that asks whether an address is free which is not its own', from: 'v', at: 'w', frames: (g, mark) => [arp({ ...link(g, 'v', 'w'), to: broadcast }, { operation: 1, senderMac: g.macOf('v'), sender: 0 as Address, target: g.addressOf('w', 0) }, mark)], cuts: [port] },
  { name: "an advertisement of another's address", from: 'v', at: 'w', frames: (g, mark) => [discoveryFrame(g, { source: g.addressOf('v', 1), destination: g.addressOf('w', 1) }, discovery({ source: g.addressOf('v', 1), destination: g.addressOf('w', 1) }, 136, g.addressOf('a', 1), Buffer.concat([linkLayer(2, g.macOf('v')), mark])))], cuts: [ofPort('nd-neighbor-advert iifname . @th')] },
  { name: "a solicitation in the router's name", from: 'v', at: 'w', frames: (g, mark) => [discoveryFrame(g, { source: routerLink, destination: g.addressOf('w', 1) }, discovery({ source: routerLink, destination: g.addressOf('w', 1) }, 135, g.addressOf('w', 1), Buffer.concat([linkLayer(1, g.macOf('v')), mark])))], cuts: [port] },
  { name: "a claim that another's address is taken", from: 'v', at: 'w', frames: (g, mark) => [discoveryFrame(g, { source: unspecified, destination: asked(g.addressOf('w', 1)) }, discovery({ source: unspecified, destination: asked(g.addressOf('w', 1)) }, 135, g.addressOf('w', 1), mark))], cuts: [ofPort('nd-neighbor-solicit ip6 saddr ::')] },
  ...([['a router', 134], ['one who asks for listeners', 130]] as const).map(([whom, type]): Threat => ({ name: `a machine as ${whom}`, from: 'v', at: 'w', frames: (g, mark) => [frameOf({ ...link(g, 'v', 'w'), to: toAll }, { source: ownLink(g, 'v'), destination: everyNode }, icmp6({ source: ownLink(g, 'v'), destination: everyNode }, type, Buffer.concat([Buffer.alloc(type === 134 ? 12 : 20), mark])), { hopLimit: type === 134 ? 255 : 1 })], cuts: [ofPort('mld-listener-query'), { chain: 'from_managed', rule: 'mld-listener-query' }] })),
  ...families.map((family): Threat => ({ name: `a machine as a DHCP server, from whatever port, family ${family}`, from: 'v', at: 'w', frames: (g, mark) => [frameOf(link(g, 'v', 'w'), ends(g, 'v', 'w', family), udp(ends(g, 'v', 'w', family), [fresh(), family === 0 ? 68 : 546], mark))], cuts: [ofPort('dport { 68'), { chain: 'from_owned', rule: 'dport { 68' }] })),
  ...families.map((family): Threat => ({ name: `a tag of priority round policy, family ${family}`, from: 'v', at: 'w', frames: (g, mark) => [frameOf({ ...link(g, 'v', 'w'), vlan: 0 }, ends(g, 'v', 'w', family), udp(ends(g, 'v', 'w', family), [fresh(), 81], mark))], cuts: tagged })),
  { name: 'a tag round the guard of advertisements', from: 'v', at: 'w', frames: (g, mark) => [discoveryFrame(g, { source: g.addressOf('v', 1), destination: g.addressOf('w', 1) }, discovery({ source: g.addressOf('v', 1), destination: g.addressOf('w', 1) }, 136, g.addressOf('a', 1), mark), 0)], cuts: tagged },
  { name: "a tag of priority by another's port", from: 'lan', at: 'w', frames: (g, mark) => [frameOf({ ...link(g, 'lan', 'w'), vlan: 0 }, ends(g, 'lan', 'w', 0), udp(ends(g, 'lan', 'w', 0), [fresh(), 81], mark))], cuts: tagged.slice(1) },
  ...families.map((family): Threat => ({ name: `a machine's address by another's port, family ${family}`, from: 'lan', at: 'w', frames: (g, mark) => [frameOf(link(g, 'lan', 'w'), ends(g, 'v', 'w', family), udp(ends(g, 'v', 'w', family), [fresh(), 9], mark))], cuts: [{ family: 'bridge', chain: 'h_pre', rule: family === 0 ? '@local4' : '@local6' }] })),
  { name: "a frame to a machine's card with nobody's address", from: 'v', at: 'w', frames: (g, mark) => [frameOf(link(g, 'v', 'w'), { source: g.addressOf('v', 0), destination: 0x0a0000fe as Address }, udp({ source: g.addressOf('v', 0), destination: 0x0a0000fe as Address }, [fresh(), 81], mark))], cuts: [{ family: 'bridge', chain: 'to_port', rule: /^counter name "c_unprogrammed" drop$/ }] },
];

const discoveryFrame = (g: GuardedGround, between: Ends, message: Transport, vlan?: number): Buffer =>
  frameOf({ ...link(g, 'v', 'w'), ...(between.source === unspecified ? { to: toAll } : {}), ...(vlan === undefined ? {} : { vlan }) }, between, message, { hopLimit: 255 });

const routed: readonly Threat[] = [
  ...families.map((family): Threat => ({ name: `a pod with a machine's address, family ${family}`, from: 'a', at: 'b', frames: (g, mark) => [frameOf(hop(g, 'a'), ends(g, 'v', 'b', family), udp(ends(g, 'v', 'b', family), [fresh(), 9], mark))], cuts: [elses, managed] })),
  ...families.map((family): Threat => ({ name: `a pod's address from a device that is not its own, family ${family}`, from: 'odd0', at: 'b', frames: (g, mark) => [frameOf(hop(g, 'odd0'), ends(g, 'a', 'b', family), udp(ends(g, 'a', 'b', family), [fresh(), 9], mark))], cuts: [{ chain: 'h_pre', rule: family === 0 ? '@local4' : '@local6' }] })),
  ...families.map((family): Threat => ({ name: `a pod as a DHCP server, family ${family}`, from: 'a', at: 'b', frames: (g, mark) => [frameOf(hop(g, 'a'), ends(g, 'a', 'b', family), udp(ends(g, 'a', 'b', family), [fresh(), family === 0 ? 68 : 546], mark))], cuts: [{ chain: 'from_owned', rule: 'dport { 68' }] })),
  { name: 'discovery that would leave its link', from: 'a', at: 'outside', frames: (g, mark) => [frameOf(hop(g, 'a'), ends(g, 'a', 'outside', 1), discovery(ends(g, 'a', 'outside', 1), 135, g.addressOf('outside', 1), mark), { hopLimit: 255 })], cuts: [{ chain: 'h_fwd', rule: 'hoplimit 254' }] },
  ...families.map((family): Threat => ({ name: `from a pod that nobody programmed, family ${family}`, from: 'unbound', at: 'a', frames: (g, mark) => [frameOf(hop(g, 'unbound'), ends(g, 'unbound', 'a', family), udp(ends(g, 'unbound', 'a', family), [fresh(), 9], mark))], cuts: [managed] })),
  ...families.map((family): Threat => ({ name: `to a pod that nobody programmed, family ${family}`, from: 'a', at: 'unbound', frames: (g, mark) => [frameOf(hop(g, 'a'), ends(g, 'a', 'unbound', family), udp(ends(g, 'a', 'unbound', family), [fresh(), 9], mark))], cuts: [{ chain: 'to_managed', rule: /^counter name "c_unprogrammed" drop$/ }] })),
];

/** Judging by what the kernel's own reading of a packet says is what is under test; these rows read it as one should not. */
const naiveRow = (fields: string, to: 'ip' | 'ip6'): Cut => ({ chain: `w_${'2'.padEnd(16, '0')}`, rule: 'th dport vmap', instead: [`${to} ${fields} 6 @th,16,16 81 drop`, `${to} ${fields} 17 @th,16,16 81 drop`] });
const isTransport: readonly { readonly name: string; readonly make: (between: Ends, payload: Buffer) => Transport }[] = [
  { name: 'TCP', make: (between, payload) => tcp(between, [fresh(), 81], payload) },
  { name: 'UDP', make: (between, payload) => udp(between, [fresh(), 81], payload) },
];

const extensions: readonly { readonly name: string; readonly all: readonly Extension[] }[] = [
  { name: 'hop by hop', all: [padding(0)] },
  { name: 'destination options', all: [padding(60)] },
  { name: 'routing', all: [routing] },
  { name: 'an atomic fragment', all: [fragment({ offset: 0, isLast: true, id: 7 })] },
  { name: 'all of them', all: [padding(0), padding(60), routing, fragment({ offset: 0, isLast: true, id: 8 }), padding(60)] },
];
const paths = [['a', 'b'], ['v', 'w']] as const;
const way = (g: GuardedGround, from: string, to: string): Ethernet => (from === 'v' ? link(g, from, to) : hop(g, from));

/** `w` and `b` are closed at port 81 and open for everything else. */
const extended: readonly Threat[] = [
  ...paths.flatMap(([from, at]) => isTransport.flatMap(({ name, make }) => extensions.map((one): Threat => ({ name: `${name} behind ${one.name}, ${from} to ${at}`, from, at, frames: (g, mark) => [frameOf(way(g, from, at), ends(g, from, at, 1), make(ends(g, from, at, 1), mark), { extensions: one.all })], cuts: [naiveRow('nexthdr', 'ip6')], isTracked: one.all.some(({ number }) => number === 44) })))),
  ...paths.map(([from, at]): Threat => ({ name: `headers that cannot be read, ${from} to ${at}`, from, at, frames: (g, mark) => [unreadable(way(g, from, at), ends(g, from, at, 1), mark)], cuts: [{ chain: 'unreadable', rule: 'drop', instead: ['meta l4proto != { 1, 58 } drop'] }] })),
];

/** Destination options that say they are longer than the packet, and that others follow. */
const unreadable = (way: Ethernet, between: Ends, mark: Buffer): Buffer => {
  const long: Extension = { number: 60, rest: Buffer.from([200, 1, 4, 0, 0, 0, 0]) };
  return ethernet(way, 0x86dd, ipv6Packet(between, { protocol: 60, bytes: mark }, [long]));
};

export const threats: readonly Threat[] = [...bridged, ...routed, ...extended];

export interface Cutting {
  readonly name: string;
  readonly from: string;
  readonly at: string;
  /** A first piece without the whole header of TCP, which IPv6 forbids (RFC 8200): the kernel puts no packet together that begins so. */
  readonly isTiny: boolean;
  readonly frames: (ground: GuardedGround, payload: Buffer, port: number) => readonly Buffer[];
}

/** One packet in pieces, its mark in the last. */
export const cuttings: readonly Cutting[] = paths.flatMap(([from, at]) =>
  families.flatMap((family) =>
    ([['TCP', 8], ['TCP', 24], ['UDP', 8], ['UDP', 1400]] as const).map(([protocol, first]): Cutting => ({
      name: `${protocol} whose first piece has ${first} bytes, ${from} to ${at}, family ${family}`,
      from,
      at,
      isTiny: family === 1 && protocol === 'TCP' && first < 20,
      frames: (g, mark, number) => {
        const between = ends(g, from, at, family);
        // The node may cut elsewhere: one of the marks stays whole.
        const payload = Buffer.concat([Buffer.alloc(first + 8), mark, mark, mark]);
        return fragmentsOf(way(g, from, at), between, protocol === 'TCP' ? tcp(between, [fresh(), number], payload) : udp(between, [fresh(), number], payload), [first]);
      },
    })),
  ),
);
