/**
 * Reads what the user named: manifests, probes, assertions.
 *
 * @module
 */
import { loadManifests, type LoadOptions, readSources } from '@firsthop/manifest';
import type { Worlds } from '@firsthop/policy';
import { readFileSync } from 'node:fs';
import { UsageError } from './exit-codes.ts';
import { printFaults } from './faults.ts';

export type LoadedInput = ReturnType<typeof loadManifests>;

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `-` is standard input. What cannot be read is an error beside those of what can. */
export const readManifests = (paths: readonly string[], options: LoadOptions = {}): LoadedInput => {
  const stdin = paths.includes('-') ? [{ file: '-', text: readFileSync(0, 'utf8') }] : [];
  const { sources, errors } = readSources(paths.filter((path) => path !== '-'));
  const loaded = loadManifests([...sources, ...stdin], options);
  return { ...loaded, errors: [...errors, ...loaded.errors], unread: [...errors, ...loaded.unread] };
};

export const readTextFile = (file: string, what: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${what} from ${file}: ${reason(error)}`);
  }
};

export const readProbes = (file: string): unknown => {
  try {
    return JSON.parse(readTextFile(file, 'probes'));
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`cannot read probes from ${file}: ${reason(error)}`);
  }
};

/** Prints every fault with its place; true if there was none. */
export const reportFaults = ({ errors, warnings }: Pick<LoadedInput, 'errors' | 'warnings'>): boolean => {
  printFaults(errors, warnings);
  return errors.length === 0;
};

export const worldsOf = ({ clusters }: Pick<LoadedInput, 'clusters'>): Worlds => new Map([...clusters].map(([cluster, { world }]) => [cluster, world]));
