/**
 * One packet of a scenario: what the kernel is sent, and what the reference evaluator is asked.
 *
 * @module
 */
import type { ProbeProtocol } from '@firsthop/lab';
import { type Family, formatAddress, icmpOf, protocolNumbers } from '@firsthop/netaddr';
import type { Probe } from '@firsthop/policy';
import { addressOf } from '../random-world.ts';

export interface Inquiry {
  /** Offsets of `addressOf`. */
  readonly from: number;
  readonly to: number;
  readonly family: Family;
  readonly protocol: ProbeProtocol;
  /** 0 for ICMP. */
  readonly port: number;
  /** Of ICMP; an echo request where it is not said. */
  readonly icmp?: { readonly type: number; readonly code: number };
}

const echo = (family: Family): { type: number; code: number } => ({ type: family === 4 ? 8 : 128, code: 0 });

export const probeOf = ({ from, to, family, protocol, port, icmp }: Inquiry): Probe => {
  const ends = { source: { address: addressOf(family, from) }, destination: { address: addressOf(family, to) } };
  return protocol === 'ICMP' ? { ...ends, protocol: icmpOf(family), icmp: icmp ?? echo(family) } : { ...ends, protocol: protocolNumbers[protocol], port };
};

/** A refusal of what is no request belongs to no connection, and one of an error is never sent: whether it is heard says nothing. */
export const isRefusalHeard = ({ protocol, icmp }: Inquiry): boolean => protocol !== 'ICMP' || icmp === undefined;

export const inquiryText = ({ from, to, family, protocol, port, icmp }: Inquiry): string => `${formatAddress(addressOf(family, from))} -> ${formatAddress(addressOf(family, to))} ${protocol} ${icmp === undefined ? port : `${icmp.type}.${icmp.code}`}`;
