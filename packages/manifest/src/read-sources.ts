/**
 * The edge to the file system: paths in, texts out. Symbolic links to directories are not followed, so it always ends.
 *
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { manifestLimits } from './limits.ts';
import type { Source } from './parse-documents.ts';
import type { Problem } from './problem.ts';

export interface Sources {
  readonly sources: readonly Source[];
  readonly errors: readonly Problem[];
}

const extensions = new Set(['.yaml', '.yml', '.json']);

const unreadable = (file: string, message: string): Sources => ({ sources: [], errors: [{ file, line: 1, path: '', code: 'UNREADABLE', message }] });
const merge = (parts: readonly Sources[]): Sources => ({ sources: parts.flatMap(({ sources }) => sources), errors: parts.flatMap(({ errors }) => errors) });

const readOne = (file: string, size: number): Sources => {
  if (size > manifestLimits.bytesPerFile) return unreadable(file, `${size} bytes, and at most ${manifestLimits.bytesPerFile} are read`);
  return { sources: [{ file, text: readFileSync(file, 'utf8') }], errors: [] };
};

const readFolder = (folder: string): Sources => {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const wanted = entries.filter((entry) => entry.isDirectory() || extensions.has(extname(entry.name).toLowerCase()));
  return merge(wanted.map((entry) => readPath(join(folder, entry.name))));
};

const readPath = (path: string): Sources => {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return readFolder(path);
    return stat.isFile() ? readOne(path, stat.size) : unreadable(path, 'neither a file nor a folder');
  } catch (error) {
    return unreadable(path, error instanceof Error ? error.message : 'cannot be read');
  }
};

/** A file that is named is read whatever it is called; in folders, recursively, those that end in .yaml, .yml or .json. */
export const readSources = (paths: readonly string[]): Sources => merge(paths.map(readPath));
