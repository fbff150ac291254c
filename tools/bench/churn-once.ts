/**
 * One run of churn, in a process of its own: a loaded cluster, then events, each flushed and its deltas encoded. Arguments: EVENTS [NAMESPACES [COUNTED]], with four
 * pods in a namespace. COUNTED events before the others are not timed; what they do is counted: see `CountedWork`.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Change, Compiler } from '@firsthop/compiler';
import type { PlanDelta } from '@firsthop/plan';
import { FrameWriter } from '@firsthop/wire';
import { churn } from '../workloads/churn.ts';
import { decode } from '../workloads/decode.ts';
import { smallNamespaces } from '../workloads/workloads.ts';
import { CountedWork } from './counted-work.ts';
import { seeded } from './random.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const megabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

const [events = 100_000, namespaces = 25_000, counted = 0] = process.argv.slice(2).map(Number);
const compiler = new Compiler({ cluster: 'bench' });
/** The events are about these. */
const changes: Change[] = [];
for (const object of smallNamespaces(1, namespaces)) {
  const change = decode(object);
  changes.push(change);
  compiler.apply(change);
}
const watermarks = new Map([['bench', 0]]);
compiler.flush({ epoch: 0, watermarks });

const source = churn(changes, seeded(2));
/** So many are made at a time, while the clock stands: none is kept for longer than the compiler needs it. */
const perBatch = 10_000;
const writer = new FrameWriter();
let done = 0;

const take = (count: number): readonly Change[] => Array.from({ length: count }, () => source.next().value as Change);

/** `tell`: of each change of a plan, and how many bytes it is. */
const perform = (change: Change, tell: (delta: PlanDelta, bytes: number) => void): void => {
  compiler.apply(change);
  watermarks.set('bench', ++done);
  for (const delta of compiler.flush({ epoch: 0, watermarks }).values()) {
    let bytes = 0;
    for (const piece of writer.changes([delta])) bytes += piece.byteLength;
    tell(delta, bytes);
  }
};

const work = new CountedWork();
for (const change of take(counted)) {
  work.begin();
  perform(change, (delta, bytes) => work.told(delta, bytes));
  work.end();
}

const times = new Float64Array(events);
let [bytes, deltas, wall_ms, cpu_s] = [0, 0, 0, 0];
const begin_mb = megabytes();
for (let left = events; left > 0; left -= perBatch) {
  const batch = take(Math.min(perBatch, left));
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  for (const [i, change] of batch.entries()) {
    const at = performance.now();
    perform(change, (_, size) => {
      bytes += size;
      deltas++;
    });
    times[events - left + i] = performance.now() - at;
  }
  wall_ms += performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  cpu_s += (user + system) / 1e6;
}
const heap_mb = megabytes();
times.sort();
const at = (share: number): number => (times[Math.floor(share * (events - 1))] ?? 0) * 1000;
console.log(JSON.stringify({ wall_ms, cpu_s, events_per_s: (events / wall_ms) * 1000, p50_us: at(0.5), p99_us: at(0.99), p999_us: at(0.999), deltas_per_event: deltas / events, bytes_per_event: bytes / events, ...work.perEvent(), heap_mb, growth_mb: heap_mb - begin_mb, rss_mb: process.resourceUsage().maxRSS / 1000 }));
