/**
 * The one seam to the kernel.
 *
 * @module
 */
import type { Result } from '@firsthop/base';
import type { NftState, TableFamily } from '@firsthop/ruleset';

export interface Count {
  readonly packets: number;
  readonly bytes: number;
}

/** What is known of a transaction that landed. */
export interface Applied {
  /** The kernel was told in its own words, and nobody else changed anything meanwhile: what it holds now is what it held before, and this. */
  readonly isAlone: boolean;
  /** Of the kernel with it; where it is known. */
  readonly generation?: number;
}

export interface KernelPort {
  /** One transaction: all of it lands, or none. */
  apply(lines: readonly string[]): Promise<Result<Applied, string>>;
  /** Our tables as they are; tables that do not exist are not in it. `expected`: what is likely there, for whoever knows rules only by comparing. */
  read(expected?: NftState): Promise<NftState>;
  /** Named counters of our tables, by their name. */
  counters(): Promise<ReadonlyMap<string, Count>>;
  /** Of a map or set whose elements have counters, by key; of the table `inet`, if no other is named. A port without it cannot tell. */
  elementCounts?(map: string, family?: TableFamily): Promise<ReadonlyMap<string, Count>>;
  /** Another number whenever anybody changed anything, ours or not; costs microseconds. A port without it cannot tell. */
  generation?(): number | undefined;
  /** Resolves when every packet that was on its way through our rules is through. A port without it cannot tell. */
  settled?(): Promise<void>;
  /** Gives back what it holds open. */
  close?(): void;
}
