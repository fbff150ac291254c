/**
 * What the last agent saw in the kernel, for the next one: as long as the kernel's generation is the same, in the same boot and namespace, nobody
 * has changed anything, and nothing has to be read. What it says is believed for no decision about a packet: where it is lost or wrong, all is read.
 *
 * @module
 */
import type { Witness } from '@firsthop/dataplane';
import { join } from 'node:path';
import { z } from 'zod';
import { type CheckedFile, readChecked, writeChecked } from './checked-file.ts';
import { whereabouts } from './whereabouts.ts';

export const WITNESS_FILE = 'kernel.json';

const restMs = 1000;

const Seen = z.strictObject({ boot: z.string(), namespace: z.string(), generation: z.int(), digest: z.string() });

export class KernelWitness {
  readonly #file: CheckedFile;
  #latest: Witness | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string) {
    this.#file = { path: join(folder, WITNESS_FILE), what: 'kernel' };
  }

  /** Undefined: nothing that could be believed here and now. */
  load(): Witness | undefined {
    const [here, read] = [whereabouts(), readChecked(this.#file)];
    const seen = read.ok ? Seen.safeParse(read.value) : undefined;
    if (here === undefined || seen?.success !== true) return undefined;
    const { boot, namespace, generation, digest } = seen.data;
    return boot === here.boot && namespace === here.namespace ? { generation, digest } : undefined;
  }

  /** Written within a second, the last one for all: what is not on the disk yet when the agent ends is not missed, the next one reads the kernel. */
  save(witness: Witness): void {
    this.#latest = witness;
    this.#timer ??= setTimeout(() => this.flush(), restMs).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [here, latest] = [whereabouts(), this.#latest];
    this.#latest = undefined;
    if (here !== undefined && latest !== undefined) writeChecked(this.#file, { ...here, ...latest });
  }
}
