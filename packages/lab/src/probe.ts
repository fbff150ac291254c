/**
 * One packet exchange, and what its sender saw of it.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';

/** What a lab can send. ICMP: of the family of its addresses. */
export type ProbeProtocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP';

export interface PacketProbe {
  /** `ip netns` names. */
  readonly fromNamespace: string;
  readonly toNamespace: string;
  readonly source: Address;
  readonly destination: Address;
  /** The address that answers, where that is another than the packet is sent to: behind a Service. */
  readonly answersAt?: Address;
  /** The port that answers, where that is another too. */
  readonly answersAtPort?: number;
  readonly protocol: ProbeProtocol;
  /** Ignored for ICMP. */
  readonly port: number;
  readonly icmp?: { readonly type: number; readonly code: number };
  /** Milliseconds of silence that count as dropped. */
  readonly patience?: number;
}

export interface Observation {
  readonly verdict: 'allow' | 'drop' | 'reject';
  /** The first packet was seen at its destination (not known for TCP, where only a whole handshake is seen). */
  readonly arrived: boolean;
}
