/**
 * Manifests that an answer can stand on.
 *
 * @module
 */
import type { LoadOptions } from '@firsthop/manifest';
import { exitCodes } from '../exit-codes.ts';
import { type LoadedInput, readManifests, reportFaults } from '../input.ts';

export interface SoundInput {
  /** Without the documents it was read from: they take more room than all the rest. */
  readonly loaded: Omit<LoadedInput, 'documents'>;
  /** Something is invalid, and nobody said to go on all the same: there is no answer. */
  readonly stop: boolean;
  /** Of the command, unless its answer is worse. */
  readonly code: number;
}

export const soundInput = (files: readonly string[], keepGoing: boolean | undefined, options: LoadOptions = {}): SoundInput => {
  const { documents: _, ...loaded } = readManifests(files, options);
  const isSound = reportFaults(loaded);
  return { loaded, stop: !isSound && keepGoing !== true, code: isSound ? exitCodes.ok : exitCodes.usage };
};
