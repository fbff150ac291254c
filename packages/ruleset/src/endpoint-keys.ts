/**
 * By what a packet's endpoint is known: its interface, where that is the endpoint's own; interface and address behind a bridge.
 *
 * @module
 */
import { type Family, familyOf, formatAddress } from '@firsthop/netaddr';
import type { PlanEndpoint } from '@firsthop/plan';
import type { Bound } from './encoding.ts';

export const quote = (name: string): string => `"${name}"`;
export const addressTexts = ({ addresses }: PlanEndpoint, family: Family): string[] => addresses.filter((address) => familyOf(address) === family).map(formatAddress);
/** Single addresses that it may use beside its own: those of VRRP, say. */
export const lentTexts = ({ allowedAddresses }: PlanEndpoint, family: Family): string[] => allowedAddresses.filter(({ base, length }) => familyOf(base) === family && length === (family === 4 ? 32 : 128)).map(({ base }) => formatAddress(base));

const ofKind = (bound: readonly Bound[], kind: Bound['via']['kind']): Bound[] => bound.filter(({ via }) => via.kind === kind);

const keysOf = ({ seen }: Bound, addresses: readonly string[]): string[] => addresses.map((address) => `${quote(seen)} . ${address}`);

/** Keys as nft writes them. */
export const endpointKeys = {
  routed: (bound: readonly Bound[]): [string, Bound][] => ofKind(bound, 'routed').map((one) => [quote(one.seen), one]),
  /** A lent address is whose it is, before it is anybody's who may use it; of several who would be judged otherwise, nobody's. */
  bridged: (bound: readonly Bound[], family: Family): [string, Bound][] => {
    const found = new Map<string, Bound | undefined>();
    const bridged = ofKind(bound, 'bridged');
    for (const one of bridged)
      for (const key of keysOf(one, lentTexts(one.endpoint, family))) found.set(key, found.has(key) && found.get(key)?.endpoint.policyGroup !== one.endpoint.policyGroup ? undefined : one);
    for (const one of bridged) for (const key of keysOf(one, addressTexts(one.endpoint, family))) found.set(key, one);
    return [...found].flatMap(([key, one]): [string, Bound][] => (one === undefined ? [] : [[key, one]]));
  },
};
