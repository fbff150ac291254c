/** T20: endpoints come and go, thousands at a time, and nothing grows: not memory, not descriptors, not what is in the kernel. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { slopeShare } from './growth.ts';

const isFull = process.env['FIRSTHOP_FULL'] === '1';
const [cycles, size] = isFull ? [20, 10_000] : [24, 150];
/** Of a cycle, of the mean. What is left of growth is compiled code, and does not hang on the number of endpoints. */
const mostHeap = 0.005;
const netns = `fhcycle-${process.pid}`;
const program = fileURLToPath(new URL('./endpoint-cycles.ts', import.meta.url));

interface InUse {
  readonly heapUsed: number;
  readonly rss: number;
  readonly descriptors: number;
  readonly kernelObjects: number;
  /** Kernel objects while all endpoints were there. */
  readonly full: number;
}

const measure = (endpoints: number, rounds: number, leak = ''): InUse[] => {
  execFileSync('ip', ['netns', 'add', netns]);
  try {
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, netns, String(rounds), String(endpoints), leak], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr.slice(-2000));
    return stdout.trim().split('\n').map((line) => JSON.parse(line) as InUse);
  } finally {
    execFileSync('ip', ['netns', 'del', netns]);
  }
};

/** What the classifier keeps for a plan that may come back it drops now and then, so the heap is a saw: its lower edge counts. */
const lowerEdge = (values: readonly number[]): number[] => values.slice(1).map((value, i) => Math.min(value, values[i] ?? value));

const slopes = (cyclesInUse: readonly InUse[]) => {
  const of = (what: keyof InUse): number => slopeShare(cyclesInUse.map((one) => one[what]));
  return { heap: slopeShare(lowerEdge(cyclesInUse.map(({ heapUsed }) => heapUsed))), rss: of('rss'), descriptors: of('descriptors'), kernelObjects: of('kernelObjects') };
};

const percent = (share: number): string => `${(share * 100).toFixed(3)} %`;

beforeAll(() => expect(slopeShare([9, 9, 10, 11, 12, 13])).toBeCloseTo(1 / 11));

describe('endpoints that come and go', () => {
  it(`${cycles} times ${size}: nothing grows`, { timeout: 3_600_000 }, () => {
    const seen = measure(size, cycles);
    const grown = slopes(seen);
    const last = seen.at(-1);
    console.log(`${cycles} cycles of ${size} endpoints, ${last?.full ?? 0} kernel objects each; growth a cycle: heap ${percent(grown.heap)} (${((last?.heapUsed ?? 0) / 1e6).toFixed(1)} MB), resident ${percent(grown.rss)}, descriptors ${percent(grown.descriptors)}, kernel objects ${percent(grown.kernelObjects)} (${last?.kernelObjects ?? 0} left)`);
    expect(last?.full).toBeGreaterThan(size);
    expect([grown.descriptors, grown.kernelObjects]).toEqual([0, 0]);
    expect(grown.heap).toBeLessThan(mostHeap);
  });

  it.each(['memory', 'descriptors', 'kernel'] as const)('a leak of %s is caught', { timeout: 120_000 }, (leak) => {
    const grown = slopes(measure(150, 24, leak));
    const seen = { memory: grown.heap, descriptors: grown.descriptors, kernel: grown.kernelObjects }[leak];
    console.log(`${leak} leaked: ${percent(seen)} a cycle`);
    expect(seen).toBeGreaterThan(leak === 'memory' ? mostHeap : 0);
  });
});
