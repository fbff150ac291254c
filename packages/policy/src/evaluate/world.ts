/**
 * What the reference evaluator is asked about: plain lists, one world per cluster, and one packet.
 *
 * @module
 */
import type { ClusterPeer, Namespace, Node, Service, Workload, WorkloadId } from '@firsthop/inventory';
import { type Address, protocolNumbers } from '@firsthop/netaddr';
import type { Decision, Verdict } from '../decision.ts';
import type { Group } from '../group.ts';
import type { Policy } from '../policy.ts';
import type { Direction } from '../rule.ts';
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
  readonly groups: readonly Group[];
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

/** What DNS answered: addresses by name, in lower case and without the last dot. */
export type NameAnswers = ReadonlyMap<string, readonly Address[]>;

export interface EvaluationOptions {
  /** `external`: ipBlocks of NetworkPolicy match no pod. Default `all`. */
  readonly ipBlocks?: 'all' | 'external';
  /** The moment that is asked about, in milliseconds since 1970; for `expiresAt` and `schedule`. Undefined: every policy holds. */
  readonly at?: number;
  /** Undefined: no name has an address. */
  readonly names?: NameAnswers;
  /** Undefined: SSH to the host. */
  readonly failsafe?: readonly FailsafePort[];
}

/** Stays open at hosts, whatever policy says, so that a mistaken one locks nobody out. */
export interface FailsafePort {
  readonly direction: Direction;
  /** IANA number. */
  readonly protocol: number;
  readonly port: number;
}

export const defaultFailsafe: readonly FailsafePort[] = [{ direction: 'ingress', protocol: protocolNumbers.TCP, port: 22 }];

/** `egress` is there if and only if the source is a managed endpoint, `ingress` if and only if the destination is one. */
export interface Evaluation {
  readonly verdict: Verdict;
  /** The verdict if Monitor policies were enforced, staged edits in force and Visibility were Full; there if one of these concerns an end. */
  readonly monitor?: Verdict;
  readonly egress?: Decision;
  readonly ingress?: Decision;
}
