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

const ofKind = (bound: readonly Bound[], kind: Bound['via']['kind']): Bound[] => bound.filter(({ via }) => via.kind === kind);

/** Keys as nft writes them. */
export const endpointKeys = {
  routed: (bound: readonly Bound[]): [string, Bound][] => ofKind(bound, 'routed').map((one) => [quote(one.seen), one]),
  bridged: (bound: readonly Bound[], family: Family): [string, Bound][] => ofKind(bound, 'bridged').flatMap((one) => addressTexts(one.endpoint, family).map((address): [string, Bound] => [`${quote(one.seen)} . ${address}`, one])),
};
