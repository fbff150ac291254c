/**
 * Totals on the disk, for the next agent. They are for people, and for no decision about a packet: where they are lost or damaged, counting
 * begins anew.
 *
 * @module
 */
import type { Result } from '@firsthop/base';
import { join } from 'node:path';
import { z } from 'zod';
import { type CheckedFile, readChecked, writeChecked } from '../checked-file.ts';
import { type Whereabouts, whereabouts } from '../whereabouts.ts';
import type { Kept } from './counter-ledger.ts';

export const TOTALS_FILE = 'totals.json';

const Number0 = z.number().nonnegative();
const Row = z.tuple([z.string(), Number0, Number0, Number0, Number0.nullable(), Number0, Number0]);
const Totals = z.strictObject({ boot: z.string(), namespace: z.string(), rows: z.array(Row) });

export interface Loaded {
  readonly kept: readonly Kept[];
  /** The counters that they were read from may still be there. */
  readonly isSameKernel: boolean;
}

export class TotalsFile {
  readonly #file: CheckedFile;
  readonly #here: Whereabouts | undefined = whereabouts();

  constructor(folder: string) {
    this.#file = { path: join(folder, TOTALS_FILE), what: 'totals' };
  }

  load(): Loaded {
    const read = readChecked(this.#file);
    const totals = read.ok ? Totals.safeParse(read.value) : undefined;
    if (totals?.success !== true) return { kept: [], isSameKernel: false };
    const { boot, namespace, rows } = totals.data;
    const kept = rows.map(([id, packets, bytes, connections, lastHit, heldPackets, heldBytes]): Kept => ({ id, packets, bytes, connections, ...(lastHit === null ? {} : { lastHit }), held: { packets: heldPackets, bytes: heldBytes } }));
    return { kept, isSameKernel: boot === this.#here?.boot && namespace === this.#here.namespace };
  }

  save(kept: readonly Kept[]): Result<undefined, string> {
    const rows = kept.map(({ id, packets, bytes, connections, lastHit, held }): z.infer<typeof Row> => [id, packets, bytes, connections, lastHit ?? null, held.packets, held.bytes]);
    return writeChecked(this.#file, { boot: this.#here?.boot ?? '', namespace: this.#here?.namespace ?? '', rows });
  }
}
