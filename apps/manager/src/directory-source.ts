/**
 * Watches the policy directory. Each look is a whole generation; one that cannot be read at all is not taken.
 *
 * @module
 */
import { loadManifests, readSources } from '@firsthop/manifest';
import { watch } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export type Loaded = ReturnType<typeof loadManifests>;

/** Editors write in several steps; this long after the last of them we look. */
const SETTLE_MS = 20;
/** Where the file system tells nothing (network mounts), we look anyway. */
const LOOK_EVERY_MS = 5000;

export const followDirectory = async (directory: string, onLoaded: (loaded: Loaded) => void, onFault: (fault: string) => void, signal: AbortSignal): Promise<void> => {
  let wake = Promise.withResolvers<void>();
  const watcher = watch(directory, { recursive: true, signal }, () => wake.resolve());
  watcher.on('error', (error) => onFault(`${directory} is not watched: ${error.message}`));
  let last = '';
  while (!signal.aborted) {
    try {
      const { sources, errors } = readSources([directory]);
      // A file that cannot be read now would look like a deletion.
      if (errors.length > 0) throw new Error(errors.map(({ file, message }) => `${file}: ${message}`).join('; '));
      const text = JSON.stringify(sources);
      if (text !== last) onLoaded(loadManifests(sources));
      last = text;
    } catch (error) {
      onFault(`${directory} cannot be read, the last generation stays: ${error instanceof Error ? error.message : String(error)}`);
    }
    await Promise.race([wake.promise, delay(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)]);
    wake = Promise.withResolvers();
    await delay(SETTLE_MS);
  }
};
