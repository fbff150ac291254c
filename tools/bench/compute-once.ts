/** One run of computing a cluster's plans, in a process of its own: from decoded objects to encoded plans of all nodes. */
import { Compiler } from '@firsthop/compiler';
import { encodePlan } from '@firsthop/plan';
import { decode } from '../workloads/decode.ts';
import { clusters } from '../workloads/workloads.ts';

const [name = '', seed = '1'] = process.argv.slice(2);
const cluster = clusters[name];
if (cluster === undefined) throw new Error(`no cluster ${name}`);
const objects = [...cluster.objects(Number(seed))];
const decoding = performance.now();
const changes = objects.map(decode);
const decode_ms = performance.now() - decoding;
objects.length = 0;
const heap = (): number => process.memoryUsage().heapUsed / 1e6;
globalThis.gc?.();
const before = heap();
const cpu = process.cpuUsage();
const begun = performance.now();
const compiler = new Compiler({ cluster: 'bench' });
for (const change of changes) compiler.apply(change);
const applied_ms = performance.now() - begun;
const deltas = compiler.flush({ epoch: 0, watermarks: new Map([['bench', 1]]) });
const flushed_ms = performance.now() - begun;
let bytes = 0;
for (const node of deltas.keys()) {
  const plan = compiler.snapshot(node);
  if (plan !== undefined) bytes += JSON.stringify(encodePlan(plan)).length;
}
const wall_ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
const peak = heap();
globalThis.gc?.();
console.log(JSON.stringify({ wall_ms, cpu_ms: (user + system) / 1000, apply_ms: applied_ms, flush_ms: flushed_ms - applied_ms, encode_ms: wall_ms - flushed_ms, decode_ms, nodes: deltas.size, megabytes: bytes / 1e6, heap_mb: heap() - before, peak_mb: peak, rss_mb: process.resourceUsage().maxRSS / 1000 }));
