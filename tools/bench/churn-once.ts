/** One run of churn, in a process of its own: a loaded cluster, then events, each flushed and its deltas encoded. Arguments: EVENTS [SHARE OF THE CLUSTER]. */
import { Compiler } from '@firsthop/compiler';
import { encodeDelta } from '@firsthop/plan';
import { churn } from '../workloads/churn.ts';
import { decode } from '../workloads/decode.ts';
import { smallNamespaces } from '../workloads/workloads.ts';
import { seeded } from './random.ts';

const [events = 100_000, namespaces = 25_000] = process.argv.slice(2).map(Number);
const changes = Array.from(smallNamespaces(1, namespaces), decode);
const compiler = new Compiler({ cluster: 'bench' });
for (const change of changes) compiler.apply(change);
const watermarks = new Map([['bench', 0]]);
compiler.flush({ epoch: 0, watermarks });

const source = churn(changes, seeded(2));
const list = Array.from({ length: events }, () => source.next().value as (typeof changes)[number]);
const times = new Float64Array(events);
let [bytes, deltas] = [0, 0];
const cpu = process.cpuUsage();
const begun = performance.now();
for (const [i, change] of list.entries()) {
  const at = performance.now();
  compiler.apply(change);
  watermarks.set('bench', i + 1);
  for (const delta of compiler.flush({ epoch: 0, watermarks }).values()) {
    bytes += JSON.stringify(encodeDelta(delta)).length;
    deltas++;
  }
  times[i] = performance.now() - at;
}
const wall_ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
times.sort();
const at = (share: number): number => (times[Math.floor(share * (events - 1))] ?? 0) * 1000;
console.log(JSON.stringify({ wall_ms, cpu_s: (user + system) / 1e6, events_per_s: (events / wall_ms) * 1000, p50_us: at(0.5), p99_us: at(0.99), p999_us: at(0.999), deltas_per_event: deltas / events, bytes_per_event: bytes / events, heap_mb: process.memoryUsage().heapUsed / 1e6, rss_mb: process.resourceUsage().maxRSS / 1000 }));
