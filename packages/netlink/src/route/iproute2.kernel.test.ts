/** Every dump says what iproute2 says of the same namespace. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { addressFlag, type InterfaceAddress } from './interface-address.ts';
import { type Link, linkFlag, operationalState } from './link.ts';
import { type ForwardingEntry, type Neighbour, neighbourFlag, neighbourState } from './neighbour.ts';
import { type Route, routeTable, routeType } from './route.ts';
import { Rtnetlink } from './rtnetlink.ts';

type Json = Record<string, unknown>;

const space = `rtn${process.pid}`;
const other = `${space}b`;
const run = (program: string, args: readonly string[], input?: string): string => execFileSync(program, args, { encoding: 'utf8', input, maxBuffer: 64 << 20, stdio: ['pipe', 'pipe', 'pipe'] });
const batch = (namespace: string, lines: readonly string[]): void => void run('ip', ['-n', namespace, '-batch', '-'], lines.join('\n'));
const ip = (...args: string[]): Json[] => JSON.parse(run('ip', ['-n', space, '-d', '-s', '-N', '-j', ...args]) || '[]') as Json[];
const bridge = (...args: string[]): Json[] => JSON.parse(run('bridge', ['-n', space, '-j', ...args]) || '[]') as Json[];

const wishes = [
  'link set lo up',
  'link add va type veth peer name vb', 'link set va up', 'link set vb up', 'link set vb alias "of a pod"', 'link property add dev vb altname name-of-more-than-fifteen-letters',
  `link add vc type veth peer name vd netns ${other}`, 'link set vc up mtu 1400',
  'link add br0 type bridge', 'link set br0 up', 'link add p1 type veth peer name q1', 'link set p1 master br0', 'link set p1 up', 'link set q1 up',
  'tuntap add tap0 mode tap', 'link set tap0 master br0', 'tuntap add tun0 mode tun',
  'link add vx0 type vxlan id 5 dstport 4789', 'link set vx0 up',
  'addr add 10.0.0.1/24 brd + dev va', 'addr add 10.0.0.2/24 dev va label va:two', 'addr add 10.0.1.1 peer 10.0.1.2/32 dev vb',
  'addr add fd00::1/64 dev va nodad', 'addr add fd00:1::1 peer fd00:1::2/128 dev vb nodad', 'addr add 10.0.2.1/24 dev va noprefixroute', 'addr add fd00:2::1/64 dev va nodad valid_lft 50000 preferred_lft 40000',
  'route add 10.1.0.1/32 dev va', 'route add 10.1.0.1/32 dev vb metric 50', 'route add 10.1.0.2/32 dev vb mtu 1300 src 10.0.0.2 proto static', 'route add default via 10.0.0.9',
  'route add 10.2.0.0/16 nexthop via 10.0.0.9 dev va weight 3 nexthop dev vb weight 1', 'route add 10.3.0.0/16 via inet6 fd00::9 dev va',
  'route add blackhole 10.4.0.0/16', 'route add unreachable 10.5.0.0/16', 'route add prohibit 10.6.0.0/16', 'route add throw 10.7.0.0/16 table 77',
  'route add 10.8.0.0/16 dev va table 77', 'route add 10.8.0.0/16 via 10.0.0.9 table 100000', 'route add 10.9.0.0/16 via 10.0.0.9 tos 0x10',
  'nexthop add id 7 via 10.0.0.9 dev va', 'route add 10.10.0.0/16 nhid 7',
  'route add fd01::1/128 dev va', 'route add fd02::/64 nexthop via fd00::8 dev va weight 2 nexthop via fd00::9 dev va', 'route add blackhole fd03::/64', 'route add fd04::/64 via fd00::9 table 100000', 'route add default via fd00::9 metric 7',
  'neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev va', 'neigh add 10.0.0.8 lladdr 02:00:00:00:00:08 dev va nud stale', 'neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev va nud noarp', 'neigh add fd00::9 lladdr 02:00:00:00:00:09 router dev va',
];

let kernel: Rtnetlink;
const netns = (verb: 'add' | 'delete', name: string): void => void run('ip', ['netns', verb, name]);

/** A port of a bridge learns once the kernel has got round to its carrier. */
const untilForwarding = async (port: string): Promise<void> => {
  const isForwarding = (): boolean => (JSON.parse(run('bridge', ['-n', space, '-j', 'link', 'show', 'dev', port])) as { readonly state?: string }[]).some(({ state }) => state === 'forwarding');
  for (let i = 0; i < 200 && !isForwarding(); i++) await delay(25);
};

beforeAll(async () => {
  for (const name of [space, other]) netns('add', name);
  batch(other, ['link set lo up']);
  batch(space, wishes);
  batch(other, ['link set vd up']);
  await untilForwarding('p1');
  for (const entry of ['02:00:00:00:00:21 dev p1 master static', '02:00:00:00:00:22 dev p1 master dynamic', '02:00:00:00:00:23 dev p1 master static sticky', '02:00:00:00:00:24 dev vx0 dst 10.0.0.8']) run('bridge', ['-n', space, 'fdb', 'add', ...entry.split(' ')]);
  kernel = new Rtnetlink({ namespace: `/run/netns/${space}` });
});
afterAll(() => {
  kernel?.close();
  for (const name of [space, other]) netns('delete', name);
});

const mac = (bytes: Buffer | undefined): string | undefined => bytes?.toString('hex').match(/../g)?.join(':');
const text = (bytes: Buffer | undefined): string | undefined => {
  if (bytes === undefined) return undefined;
  return bytes.length === 4 ? bytes.join('.') : new URL(`http://[${bytes.toString('hex').match(/.{4}/g)?.join(':')}]/`).hostname.slice(1, -1);
};
const names = (): Map<number | undefined, string> => new Map(kernel.links().map(({ index, name }) => [index, name]));
const prefix = (address: Buffer, length: number): string => (length === 0 ? 'default' : `${text(address)}${length === 8 * address.length ? '' : `/${length}`}`);
const sorted = (rows: readonly object[]): unknown[] => (JSON.parse(JSON.stringify(rows)) as Json[]).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const bits = (value: number, of: Readonly<Record<string, number>>): string[] => Object.entries(of).filter(([, bit]) => (value & bit) !== 0).map(([name]) => name).toSorted();

/** Addresses come of age and links come up meanwhile: only what iproute2 says before and after alike is compared. */
const expectSame = (ours: () => readonly object[], theirs: () => readonly object[]): void => {
  for (let i = 0; ; i++) {
    const [before, own, after] = [sorted(theirs()), sorted(ours()), sorted(theirs())];
    if (i < 40 && JSON.stringify(before) !== JSON.stringify(after)) continue;
    expect(own.length).toBeGreaterThan(1);
    expect(own).toEqual(before);
    return;
  }
};

const flagNames = { up: 'UP', broadcast: 'BROADCAST', loopback: 'LOOPBACK', pointToPoint: 'POINTOPOINT', noArp: 'NOARP', promiscuous: 'PROMISC', allMulticast: 'ALLMULTI', master: 'MASTER', slave: 'SLAVE', multicast: 'MULTICAST', lowerUp: 'LOWER_UP', dormant: 'DORMANT' };
const statisticsOf = (statistics: Json | undefined): unknown => {
  const { rx, tx } = statistics as { rx: Json; tx: Json };
  return { rx: [rx['packets'], rx['bytes'], rx['errors'], rx['dropped']].map(String), tx: [tx['packets'], tx['bytes'], tx['errors'], tx['dropped']].map(String) };
};
const ourLink = (link: Link, nameOf: Map<number | undefined, string>): object => ({
  index: link.index, name: link.name, mtu: link.mtu, address: mac(link.address), master: nameOf.get(link.master), alias: link.alias, otherNames: link.otherNames,
  flags: Object.entries(flagNames).filter(([name]) => (link.flags & linkFlag[name as keyof typeof flagNames]) !== 0).map(([, theirs]) => theirs).toSorted(),
  lower: link.linkNamespace === undefined ? nameOf.get(link.link) : link.link, namespace: link.linkNamespace,
  state: operationalState[Object.keys(operationalState)[link.operationalState ?? 0] as keyof typeof operationalState],
  kind: link.kind, portKind: link.portKind,
  bridge: link.bridge && [link.bridge.ageingTime, link.bridge.stpState, link.bridge.vlanFiltering, link.bridge.callsIptables, link.bridge.callsIp6tables],
  tun: link.tun && [link.tun.mode, link.tun.isPersistent, link.tun.vnetHeader, link.tun.isMultiQueue],
  statistics: { rx: [link.statistics?.receivedPackets, link.statistics?.receivedBytes, link.statistics?.receiveErrors, link.statistics?.receiveDrops].map(String), tx: [link.statistics?.sentPackets, link.statistics?.sentBytes, link.statistics?.sendErrors, link.statistics?.sendDrops].map(String) },
});
const states = ['UNKNOWN', 'NOTPRESENT', 'DOWN', 'LOWERLAYERDOWN', 'TESTING', 'DORMANT', 'UP'];
const theirLink = (link: Json): object => {
  const { info_kind: kind, info_data: data = {}, info_slave_kind: portKind } = (link['linkinfo'] ?? {}) as { info_kind?: string; info_data?: Json; info_slave_kind?: string };
  return {
    index: link['ifindex'], name: link['ifname'], mtu: link['mtu'], address: link['address'], master: link['master'], alias: link['ifalias'], otherNames: link['altnames'] ?? [],
    flags: (link['flags'] as string[]).filter((flag) => Object.values(flagNames).includes(flag)).toSorted(),
    lower: link['link'] ?? link['link_index'], namespace: link['link_netnsid'], state: states.indexOf(link['operstate'] as string), kind, portKind,
    bridge: kind === 'bridge' ? [data['ageing_time'], data['stp_state'], data['vlan_filtering'], data['nf_call_iptables'], data['nf_call_ip6tables']] : undefined,
    tun: kind === 'tun' ? [data['type'] === 'tap' ? 2 : 1, Number(data['persist']), Number(data['vnet_hdr']), Number(data['multi_queue'])] : undefined,
    statistics: statisticsOf(link['stats64'] as Json),
  };
};

const ourAddress = (one: InterfaceAddress, nameOf: Map<number | undefined, string>): object => ({
  device: nameOf.get(one.link), family: one.family, own: text(one.address), peer: text(one.peer), length: one.prefixLength, broadcast: text(one.broadcast), scope: String(one.scope), label: one.label,
  flags: bits(one.flags, { secondary: addressFlag.secondary, tentative: addressFlag.tentative, nodad: addressFlag.noDuplicateDetection, noprefixroute: addressFlag.noPrefixRoute, deprecated: addressFlag.deprecated }),
  isDynamic: (one.flags & addressFlag.permanent) === 0, lifetimes: [one.validSeconds, one.preferredSeconds].map((value) => (value === Infinity ? 0xffffffff : value)),
});
const theirAddresses = ({ ifname, addr_info: all }: Json): object[] =>
  (all as Json[]).map((one) => ({
    device: ifname, family: one['family'] === 'inet' ? 'ip' : 'ip6', own: one['local'], peer: one['address'], length: one['prefixlen'], broadcast: one['broadcast'], scope: one['scope'], label: one['label'],
    flags: ['deprecated', 'nodad', 'noprefixroute', 'secondary', 'tentative'].filter((flag) => one[flag] === true), isDynamic: one['dynamic'] === true, lifetimes: [one['valid_life_time'], one['preferred_life_time']],
  }));

const hop = (device: unknown, gateway: unknown, weight: unknown): object => ({ device, gateway, weight });
const ourRoute = (route: Route, nameOf: Map<number | undefined, string>): object => ({
  type: String(route.type), destination: prefix(route.destination, route.prefixLength), table: String(route.table), protocol: String(route.protocol), scope: String(route.scope), priority: route.priority, tos: route.tos,
  device: nameOf.get(route.link), gateway: text(route.gateway), source: text(route.preferredSource), mtu: route.mtu, nextHopId: route.nextHopId,
  hops: route.nextHops.map(({ link, gateway, weight }) => hop(nameOf.get(link), text(gateway), weight)),
});
const theirRoute = (route: Json): object => ({
  type: route['type'], destination: route['dst'], table: route['table'], protocol: route['protocol'], scope: route['scope'], priority: route['metric'] ?? 0, tos: Number(route['tos'] ?? 0),
  device: route['dev'], gateway: route['gateway'] ?? (route['via'] as Json | undefined)?.['host'], source: route['prefsrc'], mtu: (route['metrics'] as Json[] | undefined)?.[0]?.['mtu'], nextHopId: route['nhid'],
  hops: ((route['nexthops'] ?? []) as Json[]).map((one) => hop(one['dev'], one['gateway'], one['weight'])),
});

const ourNeighbour = (one: Neighbour, nameOf: Map<number | undefined, string>): object => ({
  device: nameOf.get(one.link), address: text(one.address), mac: mac(one.hardwareAddress), states: bits(one.state, neighbourState).map((name) => name.toUpperCase()), isRouter: (one.flags & neighbourFlag.router) !== 0,
});
const theirNeighbour = (one: Json): object => ({ device: one['dev'], address: one['dst'], mac: one['lladdr'], states: (one['state'] as string[]).filter((state) => state !== 'NONE').toSorted(), isRouter: 'router' in one });

const entryState = (state: number): string | undefined => ([['permanent', neighbourState.permanent], ['static', neighbourState.noArp], ['stale', neighbourState.stale]] as const).find(([, bit]) => (state & bit) !== 0)?.[0];
const ourEntry = (one: ForwardingEntry, nameOf: Map<number | undefined, string>): object => ({
  port: nameOf.get(one.link), mac: mac(one.hardwareAddress), bridge: nameOf.get(one.master), vlan: one.vlan, behind: text(one.address), state: entryState(one.state),
  flags: bits(one.flags, { self: neighbourFlag.self, sticky: neighbourFlag.sticky, extern_learn: neighbourFlag.external, offload: neighbourFlag.offloaded }),
});
const theirEntry = (one: Json): object => ({ port: one['ifname'], mac: one['mac'], bridge: one['master'], vlan: one['vlan'], behind: one['dst'], state: one['state'] === '' ? undefined : one['state'], flags: (one['flags'] as string[]).toSorted() });

describe('as iproute2 says', () => {
  it('links', () => {
    expectSame(() => kernel.links().map((link) => ourLink(link, names())), () => ip('link', 'show').map(theirLink));
    expect(new Set(kernel.links().map(({ kind }) => kind))).toEqual(new Set([undefined, 'veth', 'bridge', 'tun', 'vxlan']));
  });
  it.each(['ip', 'ip6', undefined] as const)('addresses of %s', (family) => {
    const which = family === undefined ? [] : [family === 'ip' ? '-4' : '-6'];
    expectSame(() => kernel.addresses(family).map((one) => ourAddress(one, names())), () => ip(...which, 'addr', 'show').flatMap(theirAddresses));
  });
  it.each([{ family: 'ip', option: '-4' }, { family: 'ip6', option: '-6' }] as const)('routes of $family, of all tables and of each', ({ family, option }) => {
    expectSame(() => kernel.routes(family).map((one) => ourRoute(one, names())), () => ip(option, 'route', 'show', 'table', 'all').map(theirRoute));
    const tables = new Set(kernel.routes(family).map((route) => route.table));
    expect([...tables]).toEqual(expect.arrayContaining([routeTable.main, routeTable.local, 100000]));
    for (const table of tables) expect(sorted(kernel.routes(family, table).map((one) => ourRoute(one, names()))), `table ${table}`).toEqual(sorted(ip(option, 'route', 'show', 'table', String(table)).map((route) => theirRoute({ table: String(table), ...route }))));
  });
  it.each([{ family: 'ip', option: ['-4'] }, { family: 'ip6', option: ['-6'] }, { family: undefined, option: [] }] as const)('neighbours of $family', ({ family, option }) => {
    expectSame(() => kernel.neighbours(family).map((one) => ourNeighbour(one, names())), () => ip(...option, 'neigh', 'show', 'nud', 'all').map(theirNeighbour));
  });
  it('forwarding of bridges', () => {
    expectSame(() => kernel.bridgeForwarding().map((one) => ourEntry(one, names())), () => bridge('fdb', 'show').map(theirEntry));
    expect(kernel.bridgeForwarding().map((entry) => text(entry.address))).toContain('10.0.0.8');
  });
});

describe('one destination', () => {
  const bytes = (address: string): Buffer => (address.includes(':') ? Buffer.from(address.split(':').map((part) => part.padStart(4, '0')).join(''), 'hex') : Buffer.from(address.split('.').map(Number)));
  const v6 = (first: string, last: string): string => [first, ...Array.from({ length: 6 }, () => '0'), last].join(':');

  it.each(['10.1.0.1', '10.1.0.2', '10.0.1.2', '10.3.0.1', '10.8.0.1', '10.10.0.1', '10.0.0.1', '203.0.113.1', v6('fd01', '1'), v6('fd00', '1'), v6('fd04', '1')])('%s goes where `ip route get` says', (address) => {
    const [theirs] = JSON.parse(run('ip', ['-n', space, '-N', '-j', 'route', 'get', address])) as [Json];
    const found = kernel.route(bytes(address));
    expect({ device: names().get(found?.link), gateway: text(found?.gateway), source: text(found?.preferredSource), type: String(found?.type) }).toEqual({ device: theirs['dev'], gateway: theirs['gateway'] ?? (theirs['via'] as Json | undefined)?.['host'], source: theirs['prefsrc'], type: theirs['type'] ?? '1' });
  });
  it('tells the table', () => {
    batch(space, ['rule add to 10.12.0.0/16 lookup 77', 'route add 10.12.0.0/16 dev va table 77']);
    expect([kernel.route(bytes('10.1.0.1'))?.table, kernel.route(bytes('10.12.0.1'))?.table]).toEqual([routeTable.main, 77]);
  });
  it.each(['10.4.0.1', '10.5.0.1', '10.6.0.1', v6('fd03', '1')])('%s goes nowhere', (address) => expect(kernel.route(bytes(address))).toBeUndefined());
  it('of this host itself is local', () => expect(kernel.route(bytes('10.0.0.1'))?.type).toBe(routeType.local));
  it('of another length is no address', () => expect(() => kernel.route(Buffer.alloc(5))).toThrow(RangeError));
});

it('a table that nobody made has no routes', () => {
  for (const family of ['ip', 'ip6'] as const) expect(kernel.routes(family, 4242)).toEqual([]);
});
