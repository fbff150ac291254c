/**
 * Keeps a replica going: a turn a second, and at once when the directory changed.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { FileRecord } from './file-record.ts';
import type { LeaseRecord } from './lease.ts';
import type { Numbering } from './numbering.ts';
import { Replica, type ReplicaOptions } from './replica.ts';

const TURN_MS = 1000;
/** Somebody is about to number what is seen here. */
const PENDING_TURN_MS = 100;

const count = z.int().min(0);
const Lease: z.ZodType<LeaseRecord> = z.strictObject({ holder: z.string(), durationMs: count, acquiredAt: z.number(), renewedAt: z.number(), transitions: count });
const Numbers: z.ZodType<Numbering> = z.strictObject({ term: count, epoch: count, contents: z.array(z.strictObject({ number: count, content: z.string() })) });

export interface RunningReplica {
  /** What the directory holds now, by name. */
  readonly see: (content: string) => void;
  readonly status: Replica['status'];
  /** Resolves when the signal has aborted, and the lease is given back. */
  readonly ended: Promise<void>;
}

/** `folder`: all managers of the cluster see it, and nobody else writes there. */
export const startReplica = (folder: string, options: Omit<ReplicaOptions, 'lease' | 'numbering' | 'now' | 'date'>, signal: AbortSignal): RunningReplica => {
  const replica = new Replica({ ...options, lease: new FileRecord(folder, 'lease', Lease), numbering: new FileRecord(folder, 'numbering', Numbers), now: () => performance.now(), date: Date.now });
  let wake = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      wake = Promise.withResolvers();
      await replica.turn();
      await Promise.race([wake.promise, delay(replica.isPending ? PENDING_TURN_MS : TURN_MS, undefined, { signal }).catch(() => undefined)]);
    }
    await replica.leave();
  };
  return {
    see: (content) => {
      replica.see(content);
      wake.resolve();
    },
    status: () => replica.status(),
    ended: run(),
  };
};
