/**
 * What is true of one thing of a cluster now.
 *
 * @module
 */
import type { Fact } from '@firsthop/inventory';
import type { Group, Policy, Tier } from '@firsthop/policy';

export type ClusterChange =
  | Fact
  | { readonly of: 'policy'; readonly key: string; readonly now: Policy | undefined }
  | { readonly of: 'tier'; readonly name: string; readonly now: Tier | undefined }
  | { readonly of: 'group'; readonly key: string; readonly now: Group | undefined };

/** Another one for each thing. */
export const thingOf = (change: ClusterChange): string => `${change.of}/${change.of === 'policy' || change.of === 'group' ? change.key : change.of === 'tier' ? change.name : change.id}`;

export const gone = (change: ClusterChange): ClusterChange => ({ ...change, now: undefined }) as ClusterChange;
