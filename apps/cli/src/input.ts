/**
 * Reads what the user named: manifests and probes.
 *
 * @module
 */
import { loadManifests, readSources } from '@firsthop/manifest';
import { readFileSync } from 'node:fs';
import { UsageError } from './exit-codes.ts';
import { say } from './terminal.ts';

export type LoadedInput = ReturnType<typeof loadManifests>;

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `-` is standard input. */
export const readManifests = (paths: readonly string[]): LoadedInput => {
  try {
    const stdin = paths.includes('-') ? [{ file: '-', text: readFileSync(0, 'utf8') }] : [];
    return loadManifests([...readSources(paths.filter((path) => path !== '-')), ...stdin]);
  } catch (error) {
    throw new UsageError(`cannot read ${paths.join(', ')}: ${reason(error)}`);
  }
};

export const readProbes = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new UsageError(`cannot read probes from ${file}: ${reason(error)}`);
  }
};

/** Prints every fault with its place; true if there was none. */
export const reportFaults = ({ errors, warnings }: LoadedInput): boolean => {
  for (const { file, line, path, code, message } of errors) say(`error: ${file}:${line} ${path.length > 0 ? `${path.join('.')}: ` : ''}${message} [${code}]`);
  for (const warning of warnings) say(`warning: ${typeof warning === 'string' ? warning : warning.message}`);
  return errors.length === 0;
};
