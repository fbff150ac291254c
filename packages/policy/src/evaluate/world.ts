/**
 * What the reference evaluator is asked about: plain lists, one world per cluster, and one packet.
 *
 * @module
 */
import type { ClusterPeer, Namespace, Node, Service, Workload, WorkloadId } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import type { Decision, Verdict } from '../decision.ts';
import type { Policy } from '../policy.ts';
import type { Tier } from '../tier.ts';

export interface World {
  readonly cluster: string;
  readonly workloads: readonly Workload[];
  readonly namespaces: readonly Namespace[];
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly policies: readonly Policy[];
  /** Declared ones; the built-in tiers are always there. */
  readonly tiers: readonly Tier[];
  readonly clusterPeers: readonly ClusterPeer[];
}

/** By cluster name. */
export type Worlds = ReadonlyMap<string, World>;

export interface Side {
  readonly address: Address;
  /** Whose packet it is, where that is known. Undefined: whoever holds the address. */
  readonly workload?: WorkloadId;
}

/** The first packet of a connection, as the kernel sees it: after the translation of Services. */
export interface Probe {
  readonly source: Side;
  readonly destination: Side;
  /** IANA number. */
  readonly protocol: number;
  /** Destination port of TCP, UDP and SCTP. */
  readonly port?: number;
  /** ICMP and ICMPv6. */
  readonly icmp?: { readonly type: number; readonly code: number };
}

export interface EvaluationOptions {
  /** `external`: ipBlocks of NetworkPolicy match no pod. Default `all`. */
  readonly ipBlocks?: 'all' | 'external';
}

/** `egress` is there if and only if the source is a managed endpoint, `ingress` if and only if the destination is one. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly egress?: Decision;
  readonly ingress?: Decision;
}
