import type { Revision } from '@firsthop/plan';

/**
 * Whether a plan of revision `next` would take its reader back. Only a new epoch may; within one, every source must have
 * got at least as far. A source that is no longer named has gone, which is no step back.
 */
export const isOlder = (next: Revision, held: Revision): boolean => {
  if (next.epoch !== held.epoch) return next.epoch < held.epoch;
  for (const [source, position] of next.watermarks) if (position < (held.watermarks.get(source) ?? 0)) return true;
  return false;
};
