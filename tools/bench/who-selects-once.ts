/** One run of asking which policies govern a pod, in a process of its own. */
import { Compiler } from '@firsthop/compiler';
import { decode } from '../workloads/decode.ts';
import { clusters } from '../workloads/workloads.ts';

const changes = Array.from(clusters['compute-one-namespace']?.objects(1) ?? [], decode);
const compiler = new Compiler({ cluster: 'bench' });
for (const change of changes) compiler.apply(change);
compiler.flush({ epoch: 0, watermarks: new Map() });
const pods = changes.flatMap((change) => (change.of === 'workload' ? [change.id] : [])).slice(0, 1000);
const cpu = process.cpuUsage();
const begun = performance.now();
let found = 0;
for (const pod of pods) found += compiler.governing(pod).length;
const wall_ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
if (found !== 10_000 * pods.length) throw new Error(`${found} policies were found`);
console.log(JSON.stringify({ wall_ms, cpu_s: (user + system) / 1e6, queries: pods.length, found, rss_mb: process.resourceUsage().maxRSS / 1000 }));
