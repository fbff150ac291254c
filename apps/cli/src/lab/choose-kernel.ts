/**
 * Which kernel a lab stands on here, and why not the real one.
 *
 * @module
 */
import type { LabKernel } from '@firsthop/lab';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UsageError } from '../exit-codes.ts';

export interface KernelChoice {
  readonly kernel: LabKernel;
  /** Why packets are not real, in plain words. */
  readonly why?: string;
}

const isInstalled = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** What the real kernel lacks here; undefined if nothing. */
const obstacle = (): string | undefined => {
  if (process.platform !== 'linux') return `this is ${process.platform}, not Linux`;
  if (process.getuid?.() !== 0) return 'this is not root';
  const missing = [['ip', 'iproute2'], ['nft', 'nftables']].filter(([program = '']) => !isInstalled(program));
  return missing.length === 0 ? undefined : `${missing.map(([program = '', debian = '']) => `${program} (package ${debian})`).join(' and ')} is not installed`;
};

/** `wished`: auto, linux or simulated. */
export const chooseKernel = (wished: string): KernelChoice => {
  if (wished === 'simulated') return { kernel: 'simulated', why: 'as asked' };
  if (wished !== 'auto' && wished !== 'linux') throw new UsageError(`--kernel is auto, linux or simulated, not "${wished}"`);
  const why = obstacle();
  if (why === undefined) return { kernel: 'linux' };
  if (wished === 'linux') throw new UsageError(`no real kernel here: ${why}. Without --kernel linux the same runs on the simulated one.`);
  return { kernel: 'simulated', why };
};
