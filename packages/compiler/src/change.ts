/**
 * What the compiler is told: the current value of one thing, or its absence. Told twice, told late, told only the last
 * one: the same.
 *
 * @module
 */
import type { Fact } from '@firsthop/inventory';
import type { Policy, Tier } from '@firsthop/policy';

export type Change =
  | Fact
  /** `id` is the `policyKey` of the policy. */
  | { readonly of: 'policy'; readonly id: string; readonly now: Policy | undefined }
  /** `id` is the tier's name. Built-in tiers cannot be changed. */
  | { readonly of: 'tier'; readonly id: string; readonly now: Tier | undefined };
