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

/** `-` is standard input. What cannot be read is an error beside those of what can. */
export const readManifests = (paths: readonly string[]): LoadedInput => {
  const stdin = paths.includes('-') ? [{ file: '-', text: readFileSync(0, 'utf8') }] : [];
  const { sources, errors } = readSources(paths.filter((path) => path !== '-'));
  const loaded = loadManifests([...sources, ...stdin]);
  return { ...loaded, errors: [...errors, ...loaded.errors], unread: [...errors, ...loaded.unread] };
};

export const readProbes = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new UsageError(`cannot read probes from ${file}: ${reason(error)}`);
  }
};

const line = ({ file, line, path, code, message }: LoadedInput['errors'][number]): string => `${file}:${line} ${path === '' ? '' : `${path}: `}${message} [${code}]`;

/** Prints every fault with its place; true if there was none. */
export const reportFaults = ({ errors, warnings }: LoadedInput): boolean => {
  for (const error of errors) say(`error: ${line(error)}`);
  for (const warning of warnings) say(`warning: ${line(warning)}`);
  return errors.length === 0;
};
