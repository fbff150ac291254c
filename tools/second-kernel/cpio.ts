/**
 * Archives of the form `newc`, from which a kernel unpacks its first files. Pure.
 *
 * @module
 */
export interface ArchiveEntry {
  /** Without a slash before it; its folder comes before it. */
  readonly path: string;
  /** Undefined: a folder. */
  readonly bytes?: Buffer;
}

const MAGIC = '070701';
const FOLDER = 0o040755;
const PROGRAM = 0o100755;
const END = 'TRAILER!!!';

/** To the next multiple of four. */
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

const header = (fields: readonly number[]): string => MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join('');

const record = (inode: number, path: string, mode: number, bytes: Buffer): Buffer => {
  const name = Buffer.from(`${path}\0`);
  // Inode, mode, owner, group, links, time, size, device and its special file's (two numbers each), length of the name, no checksum.
  const head = Buffer.from(header([inode, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length, 0]));
  return Buffer.concat([padded(Buffer.concat([head, name])), padded(bytes)]);
};

/** Everything belongs to root and may be executed. */
export const archiveOf = (entries: readonly ArchiveEntry[]): Buffer =>
  Buffer.concat([...entries.map(({ path, bytes }, i) => record(i + 1, path, bytes === undefined ? FOLDER : PROGRAM, bytes ?? Buffer.alloc(0))), record(0, END, 0, Buffer.alloc(0))]);
