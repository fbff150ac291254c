import type { Family } from './address.ts';

/** Protocols that the policies name, with their IANA numbers. */
export const protocolNumbers = { ICMP: 1, TCP: 6, UDP: 17, ICMPv6: 58, SCTP: 132 } as const;
export type ProtocolName = keyof typeof protocolNumbers;
export type TransportName = 'TCP' | 'UDP' | 'SCTP';

export const isTransport = (protocol: number): boolean => protocol === 6 || protocol === 17 || protocol === 132;
export const isIcmp = (protocol: number): boolean => protocol === 1 || protocol === 58;
export const icmpOf = (family: Family): 1 | 58 => (family === 4 ? 1 : 58);

export const protocolName = (protocol: number): string => {
  for (const [name, number] of Object.entries(protocolNumbers)) if (number === protocol) return name;
  return String(protocol);
};
