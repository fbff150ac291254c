/**
 * What the federation's procedures may use: ports that the manager fills in, and who is calling.
 *
 * @module
 */
import type { ExportedEndpoint } from './exported-endpoint.ts';
import type { ResumableLog } from './resumable-log.ts';

/** Taken from the caller's certificate; nothing in a payload can change it. */
export interface Caller {
  readonly role: 'manager' | 'operator' | 'agent';
  readonly cluster: string;
  readonly name: string;
}

/** A policy that reaches beyond its cluster, as it was written. */
export interface SharedPolicy {
  readonly object: unknown;
}

export interface ClusterInfo {
  readonly cluster: string;
  readonly connected: boolean;
  /** Workloads of it that are known here. */
  readonly imported: number;
  /** What it asserted and was refused; for people. */
  readonly refused: readonly string[];
}

export interface NodeStatus {
  readonly node: string;
  readonly connected: boolean;
  readonly desired: string;
  readonly realized?: string;
  readonly inSync: boolean;
  readonly endpoints: readonly { readonly id: string; readonly workload: string; readonly state: string; readonly reason?: string }[];
  readonly failure?: string;
  /** Objects in its kernel that somebody else had changed and its agent put right, since that began. */
  readonly repaired?: number;
}

/** How far one policy has come. `nodes`: those whose endpoints it concerns; none if it selects nobody. */
export interface PolicyStatus {
  /** Where it was written. */
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly tier?: string;
  readonly nodes: readonly string[];
  /** Of these, the ones that have not read it back from their kernel yet. */
  readonly waiting: readonly string[];
  /** What of it no agent enforces yet: `FQDN`, `HostEndpoint`. Absent: nothing. */
  readonly notRealizable?: readonly string[];
  /** It decides nothing, and says so itself. */
  readonly trial?: 'Monitor' | 'Stage';
  /** The quotas (docs/reference/limits.md) of which it uses four fifths or more. Where `used` is more than `most`, it fails closed. Absent: none. */
  readonly quotas?: readonly { readonly quota: string; readonly used: number; readonly most: number }[];
}

export interface ClusterStatus {
  readonly cluster: string;
  readonly generation: number;
  readonly ready: boolean;
  readonly policies: readonly PolicyStatus[];
  readonly workloads: number;
  readonly errors: readonly string[];
  readonly nodes: readonly NodeStatus[];
}

export interface FederationContext {
  readonly caller: Caller;
  readonly cluster: string;
  /** Asked again before every event: trust that was withdrawn ends a subscription. */
  isPeer(cluster: string): boolean;
  /** What one peer may see; one log per peer. */
  exportsFor(cluster: string): ResumableLog<ExportedEndpoint>;
  /** Policies whose subjects reach other clusters. */
  readonly policies: ResumableLog<SharedPolicy>;
  clusters(): readonly ClusterInfo[];
  status(): ClusterStatus;
}
