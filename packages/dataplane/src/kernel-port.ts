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

/** What is known of a transaction that landed. */
export interface Applied {
  /** Elements and nothing else were changed, and nobody else changed anything meanwhile: what was there before is known to be there still. */
  readonly isAlone: boolean;
  /** Of the kernel with it; where it is known. */
  readonly generation?: number;
}

export interface KernelPort {
  /** One transaction: all of it lands, or none. */
  apply(lines: readonly string[]): Promise<Result<Applied, string>>;
  /** Our tables as they are; tables that do not exist are not in it. */
  read(): Promise<NftState>;
  /** Named counters of our tables, by their name. */
  counters(): Promise<ReadonlyMap<string, Count>>;
  /** Another number whenever anybody changed anything, ours or not; costs microseconds. A port without it cannot tell. */
  generation?(): number | undefined;
  /** Gives back what it holds open. */
  close?(): void;
}
