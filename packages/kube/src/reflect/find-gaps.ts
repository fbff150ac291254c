/**
 * Whether what was told is what the server has, by the versions of all objects.
 *
 * @module
 */
import type { ApiServer, Resource } from '../api/api-server.ts';
import type { KnownObjects } from './known-objects.ts';
import { headOf } from './object-head.ts';
import { listAll } from './list-all.ts';

export interface GapSearch {
  readonly api: ApiServer;
  readonly resource: Resource;
  readonly known: KnownObjects<unknown>;
  readonly pageSize: number;
  /** The list may be ahead of the watch. */
  readonly wait: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** How many objects are other than they were told, and nothing more was heard of them while it waited. */
export const findGaps = async ({ api, resource, known, pageSize, wait, signal }: GapSearch): Promise<number> => {
  /** By uid, of those that seem to be missing or too many: what was known of them. */
  const suspects = new Map<string, string | undefined>();
  const seen = new Set<string>();
  const begin = (): void => {
    suspects.clear();
    seen.clear();
  };
  const take = (object: unknown): void => {
    const head = headOf(object);
    if (head === undefined) return;
    seen.add(head.uid);
    const version = known.versionOf(head.uid);
    if (version !== head.resourceVersion) suspects.set(head.uid, version);
  };
  await listAll(api, resource, { limit: pageSize, headsOnly: true, signal }, { begin, take });
  for (const uid of known.uids()) if (!seen.has(uid)) suspects.set(uid, known.versionOf(uid));
  if (suspects.size === 0) return 0;
  await wait();
  let gaps = 0;
  for (const [uid, version] of suspects) if (known.versionOf(uid) === version) gaps++;
  return gaps;
};
