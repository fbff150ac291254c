/**
 * How the judgement of policy is said to the kernel. Two ways, of one verdict:
 * `chains` in the words of nft, where each policy group has a chain; `registers` in what the kernel can do and nft has no words for, where
 * nothing but elements changes.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import type { Address } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import type { Chain, NftMap } from './nft-state.ts';

/** An endpoint and where packets of it are seen. */
export interface Bound {
  readonly endpoint: PlanEndpoint;
  readonly via: EndpointBinding['via'];
  /** The interface that inet hooks see. */
  readonly seen: string;
}

export interface Judgement {
  readonly chains: readonly (readonly [string, Chain])[];
  readonly maps: readonly (readonly [string, NftMap])[];
  readonly counters: readonly string[];
  /** Rules that end with a verdict for a packet from, or to, a bound endpoint; for another one they do nothing. */
  readonly dispatch: { readonly from: readonly string[]; readonly to: readonly string[] };
}

/** One element of a map of the table `inet`. */
export interface ElementChange {
  readonly map: string;
  readonly key: string;
  /** Undefined: it was not there, or is not any more. */
  readonly was: string | undefined;
  readonly now: string | undefined;
}

export interface Encoding {
  readonly name: 'chains' | 'registers';
  judgement(tables: ClassTables, bound: readonly Bound[]): Judgement;
  /** What the addresses that moved change in maps of its last judgement, whose tables were the same otherwise. Undefined: more than elements. */
  moved(tables: ClassTables, addresses: ReadonlySet<Address>, maps: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly ElementChange[] | undefined;
}
