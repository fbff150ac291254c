/**
 * In which kernel and network namespace we are: what was seen in the same ones may still be so.
 *
 * @module
 */
import { readFileSync, readlinkSync } from 'node:fs';

export interface Whereabouts {
  readonly boot: string;
  /** Generations and counters are those of each network namespace, from its making. */
  readonly namespace: string;
}

/** Undefined: this is not to be found out. */
export const whereabouts = (): Whereabouts | undefined => {
  try {
    return { boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), namespace: readlinkSync('/proc/self/ns/net') };
  } catch {
    return undefined;
  }
};
