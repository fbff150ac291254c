/**
 * What all lab commands share: an input that is sound, a lab that is up, and its end however it comes.
 *
 * @module
 */
import { LabRun } from '../lab/lab-run.ts';
import { worldsOf } from '../lab/world-of-lab.ts';
import { type LoadedInput } from '../input.ts';
import { Interrupted } from '../interrupted.ts';
import { say } from '../terminal.ts';
import type { LabKernel } from '@firsthop/lab';
import type { Address } from '@firsthop/netaddr';
import type { Worlds } from '@firsthop/policy';

export interface LabSession {
  readonly run: LabRun;
  readonly worlds: Worlds;
  /** Milliseconds from the start of the processes to all policies realized. */
  readonly realizedAfter: number;
}

export interface SessionOptions {
  readonly nodes: number;
  readonly outside: readonly Address[];
  readonly kernel: LabKernel;
  /** It is meant to stay after the command that asked for it. */
  readonly isHeld?: boolean;
  readonly onProgress?: (text: string) => void;
}

/** Runs `use` with a lab and takes it down afterwards: after a return, an error, or a signal. */
export const withLab = async <T>(loaded: LoadedInput, options: SessionOptions, use: (session: LabSession) => Promise<T>): Promise<T> => {
  const run = new LabRun({ nodes: options.nodes, outside: options.outside, kernel: options.kernel, isHeld: options.isHeld ?? false, onProgress: options.onProgress ?? ((text) => say(`  ${text} ...`)) });
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort());
  const interrupted = new Promise<never>((_, reject) => stopped.signal.addEventListener('abort', () => reject(new Interrupted())));
  interrupted.catch(() => undefined);
  const building = run.up(loaded);
  try {
    const work = async (): Promise<T> => {
      await building;
      const begin = performance.now();
      await run.realized();
      return use({ run, worlds: worldsOf(loaded.clusters, run), realizedAfter: performance.now() - begin });
    };
    return await Promise.race([work(), interrupted]);
  } finally {
    // What is still being made would be made again after it was removed.
    await building.catch(() => undefined);
    await run.down();
  }
};
