import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const measured = (flags: readonly string[], script: string, args: readonly string[]): Readonly<Record<string, number>> => {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, file, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${script} failed: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout) as Record<string, number>;
};

/** One measurement in a process of its own, so that none inherits another's heap and compiled code. */
export const inChild = (script: string, ...args: readonly string[]): Readonly<Record<string, number>> => measured([], script, args);

/** The same, with a heap of up to so many megabytes: by itself Node stops at about four thousand. */
export const inLargeChild = (heapMb: number, script: string, ...args: readonly string[]): Readonly<Record<string, number>> => measured([`--max-old-space-size=${heapMb}`], script, args);

/** The median of each figure over several runs. */
export const medians = (runs: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const keys = Object.keys(runs[0] ?? {});
  const middle = (key: string): number => {
    const sorted = runs.map((run) => run[key] ?? Number.NaN).sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? Number.NaN;
  };
  return Object.fromEntries(keys.map((key) => [key, middle(key)]));
};
