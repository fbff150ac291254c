/**
 * The edge: files and folders to texts. Everything else in this room is pure.
 *
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Source {
  /** As the user would name it. */
  readonly file: string;
  readonly text: string;
}

const MANIFEST = /\.(?:ya?ml|json)$/;
/** A file beyond this is not read; the loader says so at its place. */
export const MAX_FILE_BYTES: number = 8 * 1024 * 1024;

const filesBelow = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => MANIFEST.test(name)).sort().map((name) => join(path, name)).filter((file) => statSync(file).isFile())
    : [path];

/** Every manifest below the given files and folders, in a fixed order. Throws when a named path cannot be read. */
export const readSources = (paths: readonly string[]): Source[] =>
  paths.flatMap(filesBelow).map((file) => ({ file, text: statSync(file).size > MAX_FILE_BYTES ? 'x'.repeat(MAX_FILE_BYTES + 1) : readFileSync(file, 'utf8') }));
