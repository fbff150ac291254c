/**
 * The edge to the file system: paths in, texts out. Inside of a folder, symbolic links to folders are not followed, so it always ends;
 * what is neither a file nor a folder is never opened, so it never waits.
 *
 * @module
 */
import { isUtf8 } from 'node:buffer';
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

const refuse = (file: string, code: 'UNREADABLE' | 'TOO_LARGE', message: string): Sources => ({ sources: [], errors: [{ file, line: 1, path: '', code, message }] });
const nothing: Sources = { sources: [], errors: [] };
const merge = (parts: readonly Sources[]): Sources => ({ sources: parts.flatMap(({ sources }) => sources), errors: parts.flatMap(({ errors }) => errors) });

const readOne = (file: string, size: number): Sources => {
  if (size > manifestLimits.bytesPerFile) return refuse(file, 'TOO_LARGE', `${size} bytes, and at most ${manifestLimits.bytesPerFile} are read`);
  const bytes = readFileSync(file);
  // Decoding would put other characters where the wrong ones stand, and the policy would be another one than was written.
  return isUtf8(bytes) ? { sources: [{ file, text: bytes.toString('utf8') }], errors: [] } : refuse(file, 'UNREADABLE', 'not UTF-8');
};

const readFolder = (folder: string): Sources => {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const wanted = entries.filter((entry) => entry.isDirectory() || extensions.has(extname(entry.name).toLowerCase()));
  return merge(wanted.map((entry) => readPath(join(folder, entry.name), entry.isSymbolicLink())));
};

const readPath = (path: string, isLink: boolean): Sources => {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return isLink ? nothing : readFolder(path);
    return stat.isFile() ? readOne(path, stat.size) : refuse(path, 'UNREADABLE', 'neither a file nor a folder');
  } catch (error) {
    return refuse(path, 'UNREADABLE', error instanceof Error ? error.message : 'cannot be read');
  }
};

/** A file that is named is read whatever it is called; in folders, recursively, those that end in .yaml, .yml or .json. */
export const readSources = (paths: readonly string[]): Sources => merge(paths.map((path) => readPath(path, false)));
