/**
 * `firsthop convert`: policies of other systems in, policies of our own kinds out. What cannot be said is an error with its place; what is
 * written is closed there.
 *
 * @module
 */
import { convertManifests, type ConvertedCluster, type ConvertedManifests, formatManifest, localCluster, readSources } from '@firsthop/manifest';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { print, say } from '../terminal.ts';

export interface ConvertOptions {
  readonly file: readonly string[];
  readonly output: string;
  readonly keepGoing?: boolean;
}

/** A name that somebody else wrote, as a file name: it never leads out of the folder, and never hides. */
const fileNameOf = (...parts: readonly unknown[]): string =>
  parts
    .filter((part) => typeof part === 'string' && part !== '')
    .map((part) => String(part).toLowerCase().replaceAll(/[^a-z0-9.-]/g, '_').slice(0, 80).replace(/^\.+/, '_'))
    .join('-');

const baseNameOf = (object: unknown): string => {
  const { kind, metadata } = object as { readonly kind?: unknown; readonly metadata?: { readonly namespace?: unknown; readonly name?: unknown } | null };
  return fileNameOf(kind, metadata?.namespace, metadata?.name);
};

/** Path in the folder: text. A second object of a name comes after the first, as it did before. */
export const filesOf = (clusters: readonly ConvertedCluster[]): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  for (const { cluster, objects } of clusters) {
    const folder = cluster === localCluster ? '' : join('clusters', cluster);
    for (const object of objects) {
      const base = join(folder, baseNameOf(object));
      let path = `${base}.yaml`;
      for (let i = 2; files.has(path); i++) path = `${base}.yaml.${i}.yaml`;
      files.set(path, formatManifest(object));
    }
  }
  return files;
};

const writeFolder = (folder: string, clusters: readonly ConvertedCluster[]): void => {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new UsageError(`${folder} is not empty: what is left of an earlier conversion would still be in force; name another folder`);
  for (const [path, text] of filesOf(clusters)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
};

const printAll = (clusters: readonly ConvertedCluster[]): void => {
  if (clusters.length > 1) throw new UsageError(`these are ${clusters.length} clusters, and one stream cannot say which object is whose; write them to a folder with -o DIR`);
  print(clusters.flatMap(({ objects }) => objects.map(formatManifest)).join('---\n').trimEnd());
};

const report = ({ errors, warnings }: ConvertedManifests): void => {
  const line = ({ file, line: at, path, message, code }: ConvertedManifests['errors'][number]): string => `${file}:${at} ${path === '' ? '' : `${path}: `}${message} [${code}]`;
  for (const error of errors) say(`error: ${line(error)}`);
  for (const warning of warnings) say(`note: ${line(warning)}`);
};

export const convert = ({ file, output, keepGoing }: ConvertOptions): number => {
  const stdin = file.includes('-') ? [{ file: '-', text: readFileSync(0, 'utf8') }] : [];
  const { sources, errors } = readSources(file.filter((path) => path !== '-'));
  const converted = convertManifests([...sources, ...stdin]);
  const all = { ...converted, errors: [...errors, ...converted.errors] };
  report(all);
  const isWrong = all.errors.length > 0;
  if (isWrong && keepGoing !== true) return exitCodes.usage;
  if (output === '-') printAll(all.clusters);
  else writeFolder(output, all.clusters);
  return isWrong ? exitCodes.usage : exitCodes.ok;
};
