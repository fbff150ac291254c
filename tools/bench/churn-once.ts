/** One run of churn, in a process of its own: a loaded cluster, then events, each flushed and its deltas encoded. Arguments: EVENTS [SHARE OF THE CLUSTER]. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Change, Compiler } from '@firsthop/compiler';
import { FrameWriter } from '@firsthop/wire';
import { churn } from '../workloads/churn.ts';
import { decode } from '../workloads/decode.ts';
import { smallNamespaces } from '../workloads/workloads.ts';
import { seeded } from './random.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const megabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

const [events = 100_000, namespaces = 25_000] = process.argv.slice(2).map(Number);
const changes = Array.from(smallNamespaces(1, namespaces), decode);
const compiler = new Compiler({ cluster: 'bench' });
for (const change of changes) compiler.apply(change);
const watermarks = new Map([['bench', 0]]);
compiler.flush({ epoch: 0, watermarks });

const source = churn(changes, seeded(2));
/** So many are made at a time, while the clock stands: none is kept for longer than the compiler needs it. */
const perBatch = 10_000;
const times = new Float64Array(events);
const writer = new FrameWriter();
let [bytes, deltas, wall_ms, cpu_s, done] = [0, 0, 0, 0, 0];

const take = (count: number): readonly Change[] => Array.from({ length: count }, () => source.next().value as Change);

const perform = (change: Change): void => {
  const at = performance.now();
  compiler.apply(change);
  watermarks.set('bench', done + 1);
  for (const delta of compiler.flush({ epoch: 0, watermarks }).values()) {
    for (const piece of writer.changes([delta])) bytes += piece.byteLength;
    deltas++;
  }
  times[done++] = performance.now() - at;
};

const begin_mb = megabytes();
for (let left = events; left > 0; left -= perBatch) {
  const batch = take(Math.min(perBatch, left));
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  for (const change of batch) perform(change);
  wall_ms += performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  cpu_s += (user + system) / 1e6;
}
const heap_mb = megabytes();
times.sort();
const at = (share: number): number => (times[Math.floor(share * (events - 1))] ?? 0) * 1000;
console.log(JSON.stringify({ wall_ms, cpu_s, events_per_s: (events / wall_ms) * 1000, p50_us: at(0.5), p99_us: at(0.99), p999_us: at(0.999), deltas_per_event: deltas / events, bytes_per_event: bytes / events, heap_mb, growth_mb: heap_mb - begin_mb, rss_mb: process.resourceUsage().maxRSS / 1000 }));
