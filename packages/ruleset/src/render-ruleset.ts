/**
 * Class tables and bindings to the state that our tables should have. Pure, and a function of its input alone.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import { type Address, cidrRange, type Family, familyOf, formatAddress, ipv6 } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import { type Direction, groupName } from './names.ts';
import type { Chain, NftMap, NftState, TableState } from './nft-state.ts';
import { formatRange, renderGroup } from './render-groups.ts';
import { bridgeCounters, bridgeHooks, inetCounters, inetHooks, ND_TARGET } from './render-hooks.ts';
import { renderDecision, renderRow } from './render-rows.ts';
import { decisionCounter } from './names.ts';

export interface RulesetInput {
  readonly tables: ClassTables;
  readonly bindings: readonly EndpointBinding[];
  readonly host: {
    /** Interface name prefixes that are ours alone: closed until bound. */
    readonly exclusivePrefixes: readonly string[];
  };
}

interface Bound {
  readonly endpoint: PlanEndpoint;
  readonly via: EndpointBinding['via'];
  /** The interface that inet hooks see. */
  readonly seen: string;
}

const quote = (name: string): string => `"${name}"`;
const textOf = (endpoint: PlanEndpoint, family: Family): string[] => endpoint.addresses.filter((address) => familyOf(address) === family).map(formatAddress);
/** Single addresses that it may use beside its own: those of VRRP, say. */
const lent = (endpoint: PlanEndpoint, family: Family): string[] => endpoint.allowedAddresses.filter(({ base, length }) => familyOf(base) === family && length === (family === 4 ? 32 : 128)).map(({ base }) => formatAddress(base));

export const renderRuleset = ({ tables, bindings, host }: RulesetInput): NftState => {
  const bound = bindings.flatMap(({ endpoint: id, via }): Bound[] => {
    const endpoint = tables.endpoints.get(id);
    return endpoint === undefined ? [] : [{ endpoint, via, seen: via.kind === 'routed' ? via.device : via.bridge }];
  });
  return new Map([
    ['inet', inetTable(tables, bound, host.exclusivePrefixes)],
    ['bridge', bridgeTable(bound, host.exclusivePrefixes)],
  ]);
};

const inetTable = (tables: ClassTables, bound: readonly Bound[], prefixes: readonly string[]): TableState => {
  const groups = [...tables.groups].flatMap(([group, table]) => (['ingress', 'egress'] as const).map((direction) => renderGroup(tables, group, direction, table[direction])));
  const chains: [string, Chain][] = [...[...tables.decisions.values()].map(renderDecision), ...[...tables.rows.values()].map(renderRow), ...groups.map(({ chain }) => chain), ...inetHooks(prefixes)];
  return {
    chains: new Map(chains),
    maps: new Map([...groups.flatMap(({ maps }) => maps), ...interfaceMaps(bound), ...dispatchMaps(bound)]),
    counters: new Set([...inetCounters, ...[...tables.decisions.keys()].map(decisionCounter)]),
  };
};

const setOf = (type: string, keys: readonly string[], interval = false): NftMap => ({ type, interval, elements: new Map(keys.map((key) => [key, ''])) });
const mapOf = (type: string, entries: readonly (readonly [string, string])[]): NftMap => ({ type: `${type} : verdict`, interval: false, elements: new Map(entries) });

/** Who owns which address, and which interfaces are bound. */
const interfaceMaps = (bound: readonly Bound[]): [string, NftMap][] => {
  const at = (family: Family, some: readonly Bound[]): string[] => some.flatMap(({ endpoint, seen }) => textOf(endpoint, family).map((address) => `${quote(seen)} . ${address}`));
  const machines = bound.filter(({ endpoint }) => endpoint.kind === 'vm');
  const allowed = (family: Family): string[] => bound.flatMap(({ endpoint, seen }) => endpoint.allowedAddresses.filter(({ base }) => familyOf(base) === family).map((cidr) => `${quote(seen)} . ${formatRange(cidrRange(cidr))}`));
  const local = (family: Family): string[] => bound.flatMap(({ endpoint }) => textOf(endpoint, family));
  return [
    ['bound', setOf('ifname', [...new Set(bound.map(({ seen }) => quote(seen)))])],
    ['bridges', setOf('ifname', [...new Set(bound.flatMap(({ via, seen }) => (via.kind === 'bridged' ? [quote(seen)] : [])))])],
    ...([4, 6] as const).flatMap((family): [string, NftMap][] => [
      [`own${family}`, setOf(`ifname . ipv${family}_addr`, at(family, bound))],
      [`machine${family}`, setOf(`ifname . ipv${family}_addr`, at(family, machines))],
      [`own${family}n`, setOf(`ifname . ipv${family}_addr`, allowed(family), true)],
      [`self${family}`, setOf(`ipv${family}_addr . ipv${family}_addr`, bound.flatMap(({ endpoint }) => textOf(endpoint, family).flatMap((one, _, all) => all.map((other) => `${one} . ${other}`))))],
      [`local${family}`, setOf(`ipv${family}_addr`, local(family))],
    ]),
  ];
};

/** Interface (and address, behind a bridge) to policy group, per direction. */
const dispatchMaps = (bound: readonly Bound[]): [string, NftMap][] =>
  ([['from', 'egress'], ['to', 'ingress']] as const).flatMap(([way, direction]): [string, NftMap][] => {
    const target = ({ endpoint }: Bound): string => `goto ${groupName('g', endpoint.policyGroup, direction satisfies Direction)}`;
    const routed = bound.filter(({ via }) => via.kind === 'routed');
    const bridged = bound.filter(({ via }) => via.kind === 'bridged');
    return [
      [`${way}_if`, mapOf('ifname', routed.map((one) => [quote(one.seen), target(one)]))],
      ...([4, 6] as const).map((family): [string, NftMap] => [`${way}_br${family}`, mapOf(`ifname . ipv${family}_addr`, [...behindBridges(bridged, family, target)])]),
    ];
  });

/** By bridge and address. A lent address is whose it is, before it is anybody's who may use it; of several who would be judged otherwise, nobody's. */
const behindBridges = (bridged: readonly Bound[], family: Family, target: (one: Bound) => string): Map<string, string> => {
  const found = new Map<string, string | undefined>();
  for (const one of bridged)
    for (const address of lent(one.endpoint, family)) {
      const key = `${quote(one.seen)} . ${address}`;
      found.set(key, found.has(key) && found.get(key) !== target(one) ? undefined : target(one));
    }
  for (const one of bridged) for (const address of textOf(one.endpoint, family)) found.set(`${quote(one.seen)} . ${address}`, target(one));
  return new Map([...found].flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]])));
};

/** The link-local address that a MAC address makes (RFC 4291 appendix A). */
const linkLocal = (mac: string): Address => {
  const [first = 0n, ...rest] = mac.split(':').map((byte) => BigInt(`0x${byte}`));
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n] = rest;
  return ipv6([first ^ 2n, a, b, 0xffn, 0xfen, c, d, e].reduce((value, byte) => (value << 8n) | byte, 0xfe80n << 48n));
};

const bridgeTable = (bound: readonly Bound[], prefixes: readonly string[]): TableState => {
  const ports = bound.flatMap(({ endpoint, via }) => (via.kind === 'bridged' && endpoint.mac !== undefined ? [{ endpoint, port: quote(via.port), mac: endpoint.mac }] : []));
  const held = (endpoint: PlanEndpoint, family: Family): string[] => [...textOf(endpoint, family), ...lent(endpoint, family)];
  const home = (family: Family): string[] => ports.flatMap(({ endpoint, port }) => held(endpoint, family).map((address) => `${port} . ${address}`));
  const links = ports.map(({ port, mac }) => `${port} . ${mac} . ${formatAddress(linkLocal(mac))}`);
  const bind = (family: Family): string[] => ports.flatMap(({ endpoint, port, mac }) => held(endpoint, family).map((address) => `${port} . ${mac} . ${address}`));
  return {
    chains: new Map(bridgeHooks(prefixes)),
    maps: new Map([
      ['ports', setOf('ifname', ports.map(({ port }) => port))],
      ['macs', setOf('ifname . ether_addr', ports.map(({ port, mac }) => `${port} . ${mac}`))],
      ['bind4', setOf('ifname . ether_addr . ipv4_addr', bind(4))],
      ['targets', setOf(`typeof ${ND_TARGET}`, ports.flatMap(({ endpoint, port, mac }) => [linkLocal(mac), ...endpoint.addresses, ...endpoint.allowedAddresses.filter(({ length }) => length === 128).map(({ base }) => base)].flatMap((address) => (typeof address === 'bigint' ? [`${port} . 0x${address.toString(16).padStart(32, '0')}`] : []))))],
      ['bind6', setOf('ifname . ether_addr . ipv6_addr', [...bind(6), ...links])],
      ...([4, 6] as const).flatMap((family): [string, NftMap][] => [
        [`home${family}`, setOf(`ifname . ipv${family}_addr`, home(family))],
        [`local${family}`, setOf(`ipv${family}_addr`, ports.flatMap(({ endpoint }) => textOf(endpoint, family)))],
      ]),
    ]),
    counters: new Set(bridgeCounters),
  };
};
