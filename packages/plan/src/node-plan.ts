/**
 * Everything that one node must enforce, at one revision, and nothing that no local endpoint needs.
 *
 * Objects are named by their content (rules, policy groups) or by what they stand for (address groups), refer to each
 * other by name only, and never change under the same content name. Types only: no behaviour that knows policy.
 *
 * @module
 */
import type { Brand } from '@firsthop/base';
import type { Address, Addresses, AddressRange, Cidr, PortRange } from '@firsthop/netaddr';
import type { Attribution } from './attribution.ts';

export type AddressGroupId = Brand<string, 'AddressGroupId'>;
export type PlanRuleId = Brand<string, 'PlanRuleId'>;
export type PolicyGroupId = Brand<string, 'PolicyGroupId'>;

/** The addresses that a peer term selects now. Single addresses only: prefixes stand in the rule itself. */
export interface AddressGroup {
  readonly id: AddressGroupId;
  readonly members: Addresses;
}

export type PlanPeer =
  | { readonly kind: 'any' }
  | { readonly kind: 'group'; readonly group: AddressGroupId }
  /** Sorted, disjoint, exceptions already subtracted. */
  | { readonly kind: 'ranges'; readonly ranges: readonly AddressRange[] }
  /** All of them; none at all is everybody. */
  | { readonly kind: 'every'; readonly peers: readonly PlanPeer[] }
  /** Any of them; none at all is nobody. */
  | { readonly kind: 'some'; readonly peers: readonly PlanPeer[] }
  | { readonly kind: 'not'; readonly peer: PlanPeer };

/** `ports: undefined` = all of the protocol. For ICMP and ICMPv6 a "port" is type * 256 + code. */
export interface PlanService {
  readonly protocol: number;
  readonly ports?: PortRange;
}

/** Matches if any of the peers and any of the services match. `any`: every protocol and port. */
export interface PlanMatch {
  readonly peers: readonly PlanPeer[];
  readonly services: { readonly kind: 'any' } | { readonly kind: 'set'; readonly services: readonly PlanService[] };
}

export type PlanAction = 'allow' | 'drop' | 'reject' | 'pass' | 'delegate';

/** A policy's rule with named ports resolved. No match at all: it matches nothing. */
export interface PlanRule {
  readonly id: PlanRuleId;
  readonly action: PlanAction;
  /** OR. */
  readonly matches: readonly PlanMatch[];
  readonly attribution: Attribution;
  readonly log: boolean;
  /** Of a policy with `onChange: Kill`: 16 hex digits over the whole policy. Where they change, the connections that it decided or decides end. */
  readonly kill?: string;
}

/**
 * One step of the evaluation order of semantics.md section 2, first to last. A step that does not decide falls through
 * to the next; the `default` step is always the last one.
 *   tier          rules in order, first match. `pass`: leave this step. `delegate`: leave all `admin` steps.
 *                 At its end: `defaultAction`, attributed to `atEnd`.
 *   isolation     NetworkPolicy: any rule that matches allows (the first listed is named), otherwise `otherwise`; final.
 *                 Not applied to addresses of the own node (see NodePlan.ownNode).
 *   default       what the workload gets that nobody decided about.
 */
export type Stage =
  | {
      readonly kind: 'tier';
      readonly phase: 'admin' | 'baseline';
      readonly rules: readonly PlanRuleId[];
      readonly defaultAction: 'continue' | 'drop';
      readonly atEnd: Attribution;
    }
  | { readonly kind: 'isolation'; readonly rules: readonly PlanRuleId[]; readonly otherwise: Attribution }
  | { readonly kind: 'default'; readonly verdict: 'allow' | 'drop'; readonly attribution: Attribution };

/** All local endpoints with the same effective policy share one. */
export interface PolicyGroup {
  readonly id: PolicyGroupId;
  readonly ingress: readonly Stage[];
  readonly egress: readonly Stage[];
}

export interface PlanEndpoint {
  /** `cluster/uid/interface`. */
  readonly id: string;
  readonly kind: 'pod' | 'vm' | 'host';
  /** `namespace/name`, for people. */
  readonly workload: string;
  readonly addresses: readonly Address[];
  readonly mac?: string;
  /** Host-side device where it is declared; otherwise the agent finds it. */
  readonly device?: string;
  readonly allowedAddresses: readonly Cidr[];
  /** Beside `mac`, for its own and its allowed addresses. */
  readonly allowedMacs?: readonly string[];
  readonly policyGroup: PolicyGroupId;
  /** What it would be under if all that is only on trial were in force: judged by nobody, told beside the verdict. Undefined: the same. */
  readonly trialGroup?: PolicyGroupId;
}

export interface NodePlan {
  readonly node: string;
  readonly revision: Revision;
  /** Addresses of this node itself: pods reach them past NetworkPolicy isolation, and it reaches its own pods. */
  readonly ownNode: readonly Address[];
  readonly addressGroups: ReadonlyMap<AddressGroupId, AddressGroup>;
  readonly rules: ReadonlyMap<PlanRuleId, PlanRule>;
  readonly policyGroups: ReadonlyMap<PolicyGroupId, PolicyGroup>;
  readonly endpoints: ReadonlyMap<string, PlanEndpoint>;
}

/**
 * Which state of the world a plan is for.
 * `digest` names the content (a delta's base), `watermarks` order it per source, `epoch` alone may take an agent back.
 */
export interface Revision {
  readonly epoch: number;
  /** Source name to its position, e.g. the generation of a policy directory. */
  readonly watermarks: ReadonlyMap<string, number>;
  /** 64 hex digits over all objects of the plan, whatever their order. */
  readonly digest: string;
}
