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
  /** `key` is the `policyKey` of the policy. */
  | { readonly of: 'policy'; readonly key: string; readonly now: Policy | undefined }
  /** Built-in tiers cannot be changed. */
  | { readonly of: 'tier'; readonly name: string; readonly now: Tier | undefined };
