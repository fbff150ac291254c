/**
 * Names of kernel objects: a prefix and a hash, never a word of the user's. nft has keywords, and names have power.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import type { DecisionId, RowId } from '@firsthop/classifier';

export type Direction = 'ingress' | 'egress';

export const decisionChain = (id: DecisionId): string => `r_${id}`;
export const decisionCounter = (id: DecisionId): string => `c_${id}`;
export const rowChain = (id: RowId): string => `w_${id}`;
/** Of a policy group in one direction; `what` tells its chain and maps apart. */
export const groupName = (what: 'g' | 'a4' | 'a6' | 'n4' | 'n6', group: string, direction: Direction): string => `${what}_${contentId(`${direction}/${group}`)}`;

/** The decision that a counter counts; undefined for counters that are no decision's. */
export const decisionOfCounter = (name: string): string | undefined => /^c_([\da-f]{16})$/.exec(name)?.[1];

/** What the fixed part of the ruleset decides before any policy is asked, by the counter that counts it. */
export const systemDecisions: Readonly<Record<string, { readonly verdict: 'allow' | 'drop'; readonly reason: 'ownNode' | 'antiSpoof'; readonly direction: Direction }>> = {
  c_ownnode: { verdict: 'allow', reason: 'ownNode', direction: 'ingress' },
  c_antispoof: { verdict: 'drop', reason: 'antiSpoof', direction: 'egress' },
};
