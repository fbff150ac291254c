/**
 * What a standing lab leaves for other commands to find: one file in its folder.
 *
 * @module
 */
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const LAB_FOLDER_PREFIX = 'firsthop-lab-';

export interface LabRecord {
  readonly run: string;
  /** It stays after the command that asked for it. */
  readonly isHeld: boolean;
  /** The process that holds the lab. */
  readonly pid: number;
  readonly kernel: 'linux' | 'simulated';
  readonly folder: string;
  readonly clusters: readonly {
    readonly cluster: string;
    readonly url: string;
    /** Command and arguments that lead to where its manager can be reached. */
    readonly enter: readonly string[];
    /** PEM files of an operator. */
    readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  }[];
}

export const writeLabRecord = (record: LabRecord): void => {
  const file = join(record.folder, 'lab.json');
  writeFileSync(`${file}.draft`, JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(`${file}.draft`, file);
};

/** Labs of this user that stand on this machine. A folder of somebody else is not believed. */
export const standingLabs = (below: string = tmpdir()): LabRecord[] =>
  readdirSync(below)
    .filter((name) => name.startsWith(LAB_FOLDER_PREFIX))
    .flatMap((name): LabRecord[] => {
      const folder = join(below, name);
      try {
        if (statSync(folder).uid !== process.getuid?.()) return [];
        return [JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8')) as LabRecord];
      } catch {
        return [];
      }
    });
