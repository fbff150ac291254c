import { loadManifests, readSources } from '@firsthop/manifest';
import type { Worlds } from '@firsthop/policy';

/** The worlds of a folder; anything wrong with it is a fault of the benchmark. */
export const loadFolder = (folder: string): Worlds => {
  const { clusters, errors } = loadManifests(readSources([folder]).sources);
  if (errors[0] !== undefined) throw new Error(`${errors[0].file}: ${errors[0].message}`);
  return new Map([...clusters].map(([name, { world }]) => [name, world]));
};

export const timed = <T>(work: () => T): readonly [T, number] => {
  const started = performance.now();
  const made = work();
  return [made, performance.now() - started];
};

export const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1000;
