/**
 * What an assertion says, once it is read.
 *
 * @module
 */
import type { AddressRange, PortRange, TransportName } from '@firsthop/netaddr';

export type PartyPattern =
  | { readonly kind: 'any' }
  /** `*` in namespace and name stands for any characters. A pod goes by its own name and by its owner's. */
  | { readonly kind: 'named'; readonly cluster?: string; readonly workload: 'pod' | 'vm' | 'host'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'selector'; readonly terms: readonly Term[] }
  /** Addresses that no workload and no node holds. */
  | { readonly kind: 'external'; readonly ranges: readonly AddressRange[] };

export interface Term {
  readonly key: string;
  readonly operator: 'is' | 'is not' | 'exists' | 'does not exist';
  readonly value: string;
}

export type PortPattern =
  /** Every port of TCP, UDP and SCTP. */
  | { readonly kind: 'any' }
  | { readonly kind: 'range'; readonly protocol: TransportName; readonly range: PortRange }
  /** As the destination calls it. */
  | { readonly kind: 'named'; readonly protocol: TransportName; readonly name: string }
  /** An echo request. */
  | { readonly kind: 'icmp' };

export interface Assertion {
  readonly line: number;
  readonly text: string;
  readonly wants: 'allow' | 'deny';
  readonly quantifier: 'every' | 'some';
  readonly from: PartyPattern;
  readonly to: PartyPattern;
  readonly port: PortPattern;
}

export interface AssertionFault {
  readonly line: number;
  readonly column: number;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}
