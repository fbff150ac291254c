/**
 * One conversation as this node saw it begin, in words for people and programs.
 *
 * @module
 */
import type { Decision } from '@firsthop/classifier';
import { formatAddress } from '@firsthop/netaddr';
import type { LogPrefix, SystemDrop } from '@firsthop/ruleset';
import type { SeenPacket } from './read-packet.ts';

export interface FlowRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Of the endpoint, on the side of the node. */
  readonly interface?: string;
  readonly direction: 'ingress' | 'egress';
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly sourcePort?: number;
  /** type * 256 + code for ICMP. */
  readonly port?: number;
  readonly verdict: Decision['verdict'];
  /** Undefined: decided before any policy (`system`), or by a plan that is not there any more. */
  readonly decision?: { readonly id: string } & Partial<Decision['attribution']>;
  readonly system?: SystemDrop;
  /** What would have decided if all that is on trial were in force; there if it would have decided otherwise. */
  readonly wouldBe?: { readonly verdict: Decision['verdict']; readonly id: string } & Decision['attribution'];
  /** Undefined: it goes on, or was denied, or nobody told. */
  readonly end?: FlowEnd;
}

export interface FlowEnd {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Both ways. Undefined: this host's kernel does not count (`net.netfilter.nf_conntrack_acct`). */
  readonly packets?: number;
  readonly bytes?: number;
  /** Milliseconds from its first packet to its end. */
  readonly duration: number;
}

export interface Sighting {
  readonly time: number;
  readonly interface: string | undefined;
  readonly direction: 'ingress' | 'egress';
  readonly packet: SeenPacket;
  readonly prefix: LogPrefix;
  readonly decision: Decision | undefined;
  readonly trial: Decision | undefined;
}

export const flowRecord = ({ time, interface: device, direction, packet, prefix, decision, trial }: Sighting): FlowRecord => {
  const { from, to, protocol, sourcePort, port } = packet;
  const id = prefix.decision ?? decision?.id;
  return {
    time,
    ...(device === undefined ? {} : { interface: device }),
    direction,
    from: formatAddress(from),
    to: formatAddress(to),
    protocol,
    ...(sourcePort === undefined ? {} : { sourcePort }),
    ...(port === undefined ? {} : { port }),
    verdict: prefix.verdict,
    ...(id === undefined ? {} : { decision: { id, ...decision?.attribution } }),
    ...(prefix.system === undefined ? {} : { system: prefix.system }),
    ...(trial === undefined || trial.verdict === prefix.verdict ? {} : { wouldBe: { verdict: trial.verdict, id: trial.id, ...trial.attribution } }),
  };
};

/** Equal for records of one conversation, whoever tells of it. */
export const flowKey = ({ from, to, protocol, sourcePort, port }: Pick<FlowRecord, 'from' | 'to' | 'protocol' | 'sourcePort' | 'port'>): string => `${protocol} ${from} ${sourcePort ?? ''} ${to} ${port ?? ''}`;
