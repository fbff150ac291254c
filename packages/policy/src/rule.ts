/**
 * The rule model: what every kind of policy is read into. Selectors are already bound to their cluster and namespace,
 * so nothing downstream can forget that a namespaced policy stays in its namespace.
 *
 * `any`, `none` and a set are three different things (an empty list that became "all" is a classic hole), so they have three names.
 *
 * @module
 */
import type { Brand } from '@firsthop/base';
import type { Cidr, PortRange, TransportName } from '@firsthop/netaddr';
import type { ClusterScope, LabelSelector, RelativeSelector } from '@firsthop/selector';
import type { GroupRef } from './group-ref.ts';

export type Direction = 'ingress' | 'egress';
export type Action = 'Allow' | 'Drop' | 'Reject' | 'Pass' | 'Delegate';

/** 16 hex digits of a hash of the rule's content, origin and direction: survives recompiles, restarts and other nodes. */
export type RuleId = Brand<string, 'RuleId'>;

export type Peer =
  | { readonly kind: 'workloads'; readonly selector: RelativeSelector }
  /** Matches any address in it, pods' too. `except` belongs to this item alone. */
  | { readonly kind: 'cidr'; readonly cidr: Cidr; readonly except: readonly Cidr[] }
  /** Addresses of nodes, not of the pods on them. */
  | { readonly kind: 'nodes'; readonly clusters: ClusterScope; readonly labels: LabelSelector }
  /** The workloads behind a Service of the policy's own cluster. */
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  /** Addresses that DNS answered for the name: lower case, `api.example.com`, or `*.example.com` for one or more labels before it. */
  | { readonly kind: 'names'; readonly pattern: string }
  /** As written. `inForce` puts the group's members in its place, so evaluator and compiler never meet one. */
  | { readonly kind: 'group'; readonly group: GroupRef }
  /** All of them; none at all is everybody. */
  | { readonly kind: 'every'; readonly peers: readonly Peer[] }
  /** Any of them; none at all is nobody. */
  | { readonly kind: 'some'; readonly peers: readonly Peer[] }
  | { readonly kind: 'not'; readonly peer: Peer };

export type Peers = { readonly kind: 'any' } | { readonly kind: 'none' } | { readonly kind: 'set'; readonly peers: readonly Peer[] };

export type PortMatch =
  | { readonly kind: 'range'; readonly protocol: TransportName; readonly range: PortRange }
  /** Resolved at the destination endpoint, on name and protocol. `protocol: undefined`: the container port's own. */
  | { readonly kind: 'named'; readonly protocol: TransportName | undefined; readonly name: string }
  /** ICMP means IPv4, ICMPv6 means IPv6. Undefined type: all; undefined code: all of the type. */
  | { readonly kind: 'icmp'; readonly protocol: 'ICMP' | 'ICMPv6'; readonly type?: number; readonly code?: number }
  | { readonly kind: 'protocol'; readonly number: number };

export type Ports = { readonly kind: 'any' } | { readonly kind: 'none' } | { readonly kind: 'set'; readonly ports: readonly PortMatch[] };

export interface Rule {
  readonly id: RuleId;
  /** Position in its list as written, from 0. */
  readonly index: number;
  readonly name?: string;
  readonly action: Action;
  readonly peers: Peers;
  readonly ports: Ports;
  readonly log: boolean;
}
