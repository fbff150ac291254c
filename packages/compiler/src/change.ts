/**
 * What the compiler is told: the current value of one thing, or its absence. Told twice, told late, told only the last
 * one: the same.
 *
 * @module
 */
import type { Fact } from '@firsthop/inventory';
import type { Group, Policy, Tier } from '@firsthop/policy';

export type Change =
  | Fact
  /** `key` is the `policyKey` of the policy. A policy that does not hold at present is absent. */
  | { readonly of: 'policy'; readonly key: string; readonly now: Policy | undefined }
  /** Built-in tiers cannot be changed. */
  | { readonly of: 'tier'; readonly name: string; readonly now: Tier | undefined }
  /** `key` is the `groupKey` of the group. */
  | { readonly of: 'group'; readonly key: string; readonly now: Group | undefined };
