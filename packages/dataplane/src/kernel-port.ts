/**
 * The one seam to the kernel.
 *
 * @module
 */
import type { Result } from '@firsthop/base';
import type { NftState } from '@firsthop/ruleset';

export interface Count {
  readonly packets: number;
  readonly bytes: number;
}

export interface KernelPort {
  /** One transaction: all of it lands, or none. */
  apply(lines: readonly string[]): Promise<Result<void, string>>;
  /** Our tables as they are; tables that do not exist are not in it. */
  read(): Promise<NftState>;
  /** Named counters of our tables, by their name. */
  counters(): Promise<ReadonlyMap<string, Count>>;
}
