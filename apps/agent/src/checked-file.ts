/**
 * A small file that is whole or worth nothing: replaced at once, on the disk before it counts, and known to be ours by its first line.
 *
 *     firsthop plan 1 SHA256-OF-THE-REST
 *     {...}
 *
 * @module
 */
import { fail, ok, type Result, sha256Hex } from '@firsthop/base';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Of the words behind the first line. What another version wrote is not read. */
const VERSION = '1';

/** `what`: one word for what is in it, part of its first line. */
export interface CheckedFile {
  readonly path: string;
  readonly what: string;
}

const firstLineOf = (what: string, body: string): string => `firsthop ${what} ${VERSION} ${sha256Hex(body)}`;

/** Another version is told from damage, because it wants another remedy. */
const whyNot = (what: string, first: string): string => {
  const version = /^firsthop (\w+) (\d+) [0-9a-f]{64}$/.exec(first);
  return version !== null && version[1] === what && version[2] !== VERSION ? `it was written in version ${version[2] ?? ''} of the format, and this agent reads version ${VERSION}` : 'its checksum is wrong';
};

const plain = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Undefined: there is no such file. The error is a sentence without a subject ("its checksum is wrong"). */
export const readChecked = ({ path, what }: CheckedFile): Result<unknown, string> => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? ok(undefined) : fail(`it cannot be read: ${plain(error)}`);
  }
  const end = text.indexOf('\n');
  const [first, body] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
  if (first !== firstLineOf(what, body)) return fail(whyNot(what, first));
  try {
    return ok(JSON.parse(body));
  } catch {
    return fail('it is not JSON, though its checksum is right');
  }
};

const syncFolder = (folder: string): void => {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** What was there stays as it was if anything fails: a full disk, a folder that may not be written. `value`: JSON. */
export const writeChecked = ({ path, what }: CheckedFile, value: unknown): Result<undefined, string> => {
  const body = JSON.stringify(value);
  const draft = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Not by `writeSync`, which on a disk that gets full writes a part and says nothing.
    writeFileSync(draft, `${firstLineOf(what, body)}\n${body}`, { mode: 0o600, flush: true });
    renameSync(draft, path);
    // Without it the name may still be that of the older file after a loss of power.
    syncFolder(dirname(path));
    return ok(undefined);
  } catch (error) {
    removeQuietly(draft);
    return fail(plain(error));
  }
};

const removeQuietly = (path: string): void => {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder that may not be written keeps it; nobody reads it.
  }
};
