/**
 * Watches the policy directory. Each look is a whole generation. One in which something cannot be read, down to which objects it
 * holds, is not taken: what is missing would look like a deletion, and the deletion of a policy opens what it closed.
 *
 * @module
 */
import { sha256Hex } from '@firsthop/base';
import { loadManifests, readSources } from '@firsthop/manifest';
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export type Loaded = ReturnType<typeof loadManifests>;

/** Editors write in several steps; this long after the last of them we look. */
const SETTLE_MS = 20;
/** Where the file system tells nothing (network mounts), we look anyway. */
const LOOK_EVERY_MS = 5000;

/**
 * Watches every folder of a tree. Folders and not files: a file that is replaced by a rename is another file, and its watch
 * stays with the old one.
 */
class FolderWatch {
  readonly #watched = new Map<string, FSWatcher>();
  readonly #onChange: () => void;
  readonly #onFault: (fault: string) => void;

  constructor(onChange: () => void, onFault: (fault: string) => void) {
    this.#onChange = onChange;
    this.#onFault = onFault;
  }

  follow(root: string): void {
    const folders = new Set(foldersBelow(root));
    for (const [folder, watcher] of this.#watched) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of folders) if (!this.#watched.has(folder)) this.#watch(folder);
  }

  close(): void {
    for (const watcher of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, this.#onChange);
      watcher.on('error', (error) => this.#onFault(`${folder} is not watched: ${error.message}`));
      this.#watched.set(folder, watcher);
    } catch (error) {
      this.#onFault(`${folder} is not watched, it is looked at every ${LOOK_EVERY_MS / 1000} s: ${String(error)}`);
    }
  }
}

const foldersBelow = (root: string): string[] => {
  try {
    const below = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [root, ...below.flatMap(({ name }) => foldersBelow(join(root, name)))];
  } catch {
    return [];
  }
};

const listed = (problems: Loaded['unread']): string => problems.slice(0, 5).map(({ file, line, message }) => `${file}:${line} ${message}`).join('; ');

export interface Look {
  readonly loaded: Loaded;
  /** Names what is in the files: the same for whoever reads the same, wherever the directory is mounted. */
  readonly content: string;
}

/** The files as they are now, or `undefined` if they are those of the last look. Throws where a generation cannot be taken. */
class Generations {
  readonly #directory: string;
  #last = '';

  constructor(directory: string) {
    this.#directory = directory;
  }

  look(): Look | undefined {
    const { sources, errors } = readSources([this.#directory]);
    const text = errors.length > 0 ? '' : JSON.stringify(sources);
    const isNews = text !== this.#last;
    this.#last = text;
    if (errors.length > 0) throw new Error(listed(errors));
    if (!isNews) return undefined;
    const loaded = loadManifests(sources);
    if (loaded.unread.length > 0) throw new Error(listed(loaded.unread));
    return { loaded, content: sha256Hex(JSON.stringify(sources.map(({ file, text: of }) => [relative(this.#directory, file), of]))) };
  }
}

export interface DirectoryEvents {
  readonly onLoaded: (loaded: Loaded, content: string) => void;
  /** The last generation that was taken stays in force; before the first one there is none. */
  readonly onFault: (fault: string) => void;
}

/** Ends when the signal does. Each change is answered by exactly one call, a fault that stays perhaps by several. */
export const followDirectory = async (directory: string, { onLoaded, onFault }: DirectoryEvents, signal: AbortSignal): Promise<void> => {
  let wake = Promise.withResolvers<void>();
  const folders = new FolderWatch(() => wake.resolve(), onFault);
  signal.addEventListener('abort', () => folders.close(), { once: true });
  const generations = new Generations(directory);
  while (!signal.aborted) {
    folders.follow(directory);
    try {
      const look = generations.look();
      if (look !== undefined) onLoaded(look.loaded, look.content);
    } catch (error) {
      onFault(`${directory} cannot be read, the last generation stays: ${error instanceof Error ? error.message : String(error)}`);
    }
    await Promise.race([wake.promise, delay(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)]);
    wake = Promise.withResolvers();
    await delay(SETTLE_MS);
  }
};
