/**
 * How long this process heard nothing, and how much of that was its collector: what a process measures that pauses is late by its own fault.
 *
 * @module
 */
import { constants, monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** Milliseconds. */
export interface Pauses {
  /** The longest time between two turns of the loop, beyond the millisecond that it waits. */
  readonly loop_max_ms: number;
  /** The collector's longest pause for what is young, and for all else. */
  readonly young_gc_max_ms: number;
  readonly old_gc_max_ms: number;
}

/** What Node says of a collection; its own type is of all entries together. */
type Collection = PerformanceEntry & { readonly detail?: { readonly kind?: number } };

/** Watches from now on; each call of the function tells what there was since the one before. */
export const watchPauses = (): (() => Pauses) => {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  let [young, old] = [0, 0];
  new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as Collection[]) {
      if (detail?.kind === constants.NODE_PERFORMANCE_GC_MINOR) young = Math.max(young, duration);
      else old = Math.max(old, duration);
    }
  }).observe({ entryTypes: ['gc'] });
  return () => {
    const pauses = { loop_max_ms: loop.max / 1e6, young_gc_max_ms: young, old_gc_max_ms: old };
    loop.reset();
    [young, old] = [0, 0];
    return pauses;
  };
};
