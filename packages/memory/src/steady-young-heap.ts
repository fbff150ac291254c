/**
 * The room for what was made just now grows as much is made, to 134 MB in a process whose heap is large. To collect it then stops a manager for 10 to 20 ms, in which no
 * agent hears anything. An eighth as large it is collected eight times as often, for 2 ms, which takes no more time in all; where it is much smaller, what would be garbage
 * in a moment is moved as if it were to stay.
 *
 * The engine takes its limit on the command line alone, but how fast it grows can be said at any time. So it grows while it is small, as it is again behind a quiet
 * hour, and from then on no more.
 *
 * @module
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const youngBytes = (): number => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;

/**
 * `bytes`: once it is as large, it grows no more. It looks when something was collected, and not before whoever made that is done: so it does not grow at all at first, and
 * one long piece of work may take it beyond later.
 */
export const keepYoungHeapSteady = (bytes: number): void => {
  let mayGrow = false;
  setFlagsFromString('--semi-space-growth-factor=1');
  new PerformanceObserver(() => {
    const isSmall = youngBytes() < bytes;
    if (isSmall !== mayGrow) setFlagsFromString(`--semi-space-growth-factor=${isSmall ? 2 : 1}`);
    mayGrow = isSmall;
  }).observe({ entryTypes: ['gc'] });
};
