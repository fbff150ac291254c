/**
 * Class tables and bindings to the state that our tables should have. Pure, and a function of its input alone.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import { type Address, cidrRange, type Family, familyOf, formatAddress, ipv6 } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import { chainEncoding } from './chains/chain-encoding.ts';
import type { Bound, Encoding, Judgement } from './encoding.ts';
import { addressTexts, lentTexts, quote } from './endpoint-keys.ts';
import type { NftMap, NftState, TableState } from './nft-state.ts';
import { pathMaps } from './path-sets.ts';
import { formatRange } from './range-text.ts';
import { bridgeCounters, bridgeHooks, inetCounters, inetHooks, ND_TARGET } from './render-hooks.ts';

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

/** Endpoints of the plan that hang on an interface. */
export const boundEndpoints = ({ tables, bindings }: RulesetInput): Bound[] =>
  bindings.flatMap(({ endpoint: id, via }): Bound[] => {
    const endpoint = tables.endpoints.get(id);
    return endpoint === undefined ? [] : [{ endpoint, via, seen: via.kind === 'routed' ? via.device : via.bridge }];
  });

export const renderRuleset = (input: RulesetInput, encoding: Encoding = chainEncoding): NftState => {
  const bound = boundEndpoints(input);
  return new Map([
    ['inet', inetTable(encoding.judgement(input.tables, bound), bound, input.host)],
    ['bridge', bridgeTable(bound, input.host.exclusivePrefixes)],
  ]);
};

const inetTable = ({ chains, maps, counters, dispatch }: Judgement, bound: readonly Bound[], { exclusivePrefixes, isAdopting }: RulesetInput['host']): TableState => ({
  chains: new Map([...chains, ...inetHooks(exclusivePrefixes, dispatch, isAdopting)]),
  maps: new Map([...maps, ...interfaceMaps(bound), ...pathMaps('inet', bound)]),
  counters: new Set([...inetCounters, ...counters]),
});

const setOf = (type: string, keys: readonly string[], interval = false): NftMap => ({ type, interval, elements: new Map(keys.map((key) => [key, ''])) });

/** Who owns which address, and which interfaces are bound. */
const interfaceMaps = (bound: readonly Bound[]): [string, NftMap][] => {
  const at = (family: Family, some: readonly Bound[]): string[] => some.flatMap(({ endpoint, seen }) => addressTexts(endpoint, family).map((address) => `${quote(seen)} . ${address}`));
  const machines = bound.filter(({ endpoint }) => endpoint.kind === 'vm');
  const allowed = (family: Family): string[] => bound.flatMap(({ endpoint, seen }) => endpoint.allowedAddresses.filter(({ base }) => familyOf(base) === family).map((cidr) => `${quote(seen)} . ${formatRange(cidrRange(cidr))}`));
  const local = (family: Family): string[] => bound.flatMap(({ endpoint }) => addressTexts(endpoint, family));
  return [
    ['bound', setOf('ifname', [...new Set(bound.map(({ seen }) => quote(seen)))])],
    ['bridges', setOf('ifname', [...new Set(bound.flatMap(({ via, seen }) => (via.kind === 'bridged' ? [quote(seen)] : [])))])],
    ...([4, 6] as const).flatMap((family): [string, NftMap][] => [
      [`own${family}`, setOf(`ifname . ipv${family}_addr`, at(family, bound))],
      [`machine${family}`, setOf(`ifname . ipv${family}_addr`, at(family, machines))],
      [`own${family}n`, setOf(`ifname . ipv${family}_addr`, allowed(family), true)],
      [`self${family}`, setOf(`ipv${family}_addr . ipv${family}_addr`, bound.flatMap(({ endpoint }) => addressTexts(endpoint, family).flatMap((one, _, all) => all.map((other) => `${one} . ${other}`))))],
      [`local${family}`, setOf(`ipv${family}_addr`, local(family))],
    ]),
  ];
};

/** The link-local address that a MAC address makes (RFC 4291 appendix A). */
const linkLocal = (mac: string): Address => {
  const [first = 0n, ...rest] = mac.split(':').map((byte) => BigInt(`0x${byte}`));
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n] = rest;
  return ipv6([first ^ 2n, a, b, 0xffn, 0xfen, c, d, e].reduce((value, byte) => (value << 8n) | byte, 0xfe80n << 48n));
};

/** What RFC 5798 gives to virtual routers, of either family. */
const isVirtualRouter = (mac: string): boolean => /^00:00:5e:00:0[12]:/.test(mac);

const bridgeTable = (bound: readonly Bound[], prefixes: readonly string[]): TableState => {
  const ports = bound.flatMap(({ endpoint, via }) => (via.kind === 'bridged' && endpoint.mac !== undefined ? [{ endpoint, port: quote(via.port), mac: endpoint.mac }] : []));
  const held = (endpoint: PlanEndpoint, family: Family): string[] => [...addressTexts(endpoint, family), ...lentTexts(endpoint, family)];
  const home = (family: Family): string[] => ports.flatMap(({ endpoint, port }) => held(endpoint, family).map((address) => `${port} . ${address}`));
  const macsOf = ({ endpoint, mac }: (typeof ports)[number]): string[] => [mac, ...(endpoint.allowedMacs ?? [])];
  /** Who speaks for a virtual router says its own address under that one's hardware address, too (RFC 5798). */
  const links = ports.flatMap((one) => macsOf(one).flatMap((mac) => macsOf(one).map((other) => `${one.port} . ${mac} . ${formatAddress(linkLocal(other))}`)));
  const bind = (family: Family): string[] => ports.flatMap((one) => macsOf(one).flatMap((mac) => held(one.endpoint, family).map((address) => `${one.port} . ${mac} . ${address}`)));
  return {
    chains: new Map(bridgeHooks(prefixes)),
    maps: new Map([
      ...pathMaps('bridge', bound),
      ['ports', setOf('ifname', ports.map(({ port }) => port))],
      ['macs', setOf('ifname . ether_addr', ports.flatMap((one) => macsOf(one).map((mac) => `${one.port} . ${mac}`)))],
      ['routers', setOf('ifname', ports.filter((one) => macsOf(one).some(isVirtualRouter)).map(({ port }) => port))],
      ['bind4', setOf('ifname . ether_addr . ipv4_addr', bind(4))],
      ['targets', setOf(`typeof ${ND_TARGET}`, ports.flatMap((one) => [...macsOf(one).map(linkLocal), ...one.endpoint.addresses, ...one.endpoint.allowedAddresses.filter(({ length }) => length === 128).map(({ base }) => base)].flatMap((address) => (typeof address === 'bigint' ? [`${one.port} . 0x${address.toString(16).padStart(32, '0')}`] : []))))],
      ['bind6', setOf('ifname . ether_addr . ipv6_addr', [...bind(6), ...links])],
      ...([4, 6] as const).flatMap((family): [string, NftMap][] => [
        [`home${family}`, setOf(`ifname . ipv${family}_addr`, home(family))],
        [`local${family}`, setOf(`ipv${family}_addr`, ports.flatMap(({ endpoint }) => addressTexts(endpoint, family)))],
      ]),
    ]),
    counters: new Set(bridgeCounters),
  };
};
