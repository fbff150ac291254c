/**
 * What our hooks have seen come in and go out, by interface.
 *
 * @module
 */
import { type PathWay, pathSets, type TableFamily } from '@firsthop/ruleset';
import type { Count, KernelPort } from './kernel-port.ts';

/** `in`: from the interface. Since its element was made: a count may begin anew at any time. */
export type PathCounts = ReadonlyMap<string, Readonly<Record<PathWay, Count>>>;

const families: readonly TableFamily[] = ['inet', 'bridge'];
const ways: readonly PathWay[] = ['in', 'out'];
const nothing: Count = { packets: 0, bytes: 0 };

/** Undefined: this port cannot tell. */
export const readPathCounts = async ({ elementCounts }: Pick<KernelPort, 'elementCounts'>): Promise<PathCounts | undefined> => {
  if (elementCounts === undefined) return undefined;
  const counts = new Map<string, Record<PathWay, Count>>();
  for (const family of families)
    for (const way of ways)
      for (const [key, count] of await elementCounts(pathSets[way], family)) {
        const device = key.replaceAll('"', '');
        counts.set(device, { in: nothing, out: nothing, ...counts.get(device), [way]: count });
      }
  return counts;
};
