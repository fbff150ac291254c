/**
 * Class tables and bindings to the state that our tables should have. Pure, and a function of its input alone.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import { cidrRange, type Family, familyOf, formatAddress } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import { type Direction, groupName } from './names.ts';
import type { Chain, NftMap, NftState, TableState } from './nft-state.ts';
import { formatRange, renderGroup } from './render-groups.ts';
import { bridgeHooks, inetCounters, inetHooks, ND_TARGET } from './render-hooks.ts';
import { renderDecision, renderRow } from './render-rows.ts';
import { decisionCounter } from './names.ts';

export interface RulesetInput {
  readonly tables: ClassTables;
  readonly bindings: readonly EndpointBinding[];
  readonly host: {
    /** Interface name prefixes that are ours alone: closed until bound. */
    readonly exclusivePrefixes: readonly string[];
    /** TCP connections that are older than this ruleset may go on from the middle: its first packet is judged like a new one's. Not said: none may. */
    readonly isAdopting?: boolean;
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

export const renderRuleset = ({ tables, bindings, host }: RulesetInput): NftState => {
  const bound = bindings.flatMap(({ endpoint: id, via }): Bound[] => {
    const endpoint = tables.endpoints.get(id);
    return endpoint === undefined ? [] : [{ endpoint, via, seen: via.kind === 'routed' ? via.device : via.bridge }];
  });
  return new Map([
    ['inet', inetTable(tables, bound, host)],
    ['bridge', bridgeTable(bound, host.exclusivePrefixes)],
  ]);
};

const inetTable = (tables: ClassTables, bound: readonly Bound[], { exclusivePrefixes, isAdopting }: RulesetInput['host']): TableState => {
  const groups = [...tables.groups].flatMap(([group, table]) => (['ingress', 'egress'] as const).map((direction) => renderGroup(tables, group, direction, table[direction])));
  const chains: [string, Chain][] = [...[...tables.decisions.values()].map(renderDecision), ...[...tables.rows.values()].map(renderRow), ...groups.map(({ chain }) => chain), ...inetHooks(exclusivePrefixes, isAdopting)];
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
      ...([4, 6] as const).map((family): [string, NftMap] => [`${way}_br${family}`, mapOf(`ifname . ipv${family}_addr`, bridged.flatMap((one) => textOf(one.endpoint, family).map((address): [string, string] => [`${quote(one.seen)} . ${address}`, target(one)])))]),
    ];
  });

/** The link-local address that a MAC address makes (RFC 4291 appendix A). */
const linkLocal = (mac: string): bigint => {
  const [first = 0n, ...rest] = mac.split(':').map((byte) => BigInt(`0x${byte}`));
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n] = rest;
  return [first ^ 2n, a, b, 0xffn, 0xfen, c, d, e].reduce((value, byte) => (value << 8n) | byte, 0xfe80n << 48n);
};

const bridgeTable = (bound: readonly Bound[], prefixes: readonly string[]): TableState => {
  const ports = bound.flatMap(({ endpoint, via }) => (via.kind === 'bridged' && endpoint.mac !== undefined ? [{ endpoint, port: quote(via.port), mac: endpoint.mac }] : []));
  const bind = (family: Family): string[] => ports.flatMap(({ endpoint, port, mac }) => textOf(endpoint, family).map((address) => `${port} . ${mac} . ${address}`));
  return {
    chains: new Map(bridgeHooks(prefixes)),
    maps: new Map([
      ['ports', setOf('ifname', ports.map(({ port }) => port))],
      ['macs', setOf('ifname . ether_addr', ports.map(({ port, mac }) => `${port} . ${mac}`))],
      ['bind4', setOf('ifname . ether_addr . ipv4_addr', bind(4))],
      ['targets', setOf(`typeof ${ND_TARGET}`, ports.flatMap(({ endpoint, port, mac }) => [linkLocal(mac), ...endpoint.addresses].flatMap((address) => (typeof address === 'bigint' ? [`${port} . 0x${address.toString(16).padStart(32, '0')}`] : []))))],
      ['bind6', setOf('ifname . ether_addr . ipv6_addr', bind(6))],
    ]),
    counters: new Set(['c_antispoof']),
  };
};
