/** One run of computing a cluster's plans, in a process of its own: from decoded objects to encoded plans of all nodes. Arguments: NAME [SEED]. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Compiler } from '@firsthop/compiler';
import { type Frame, FrameWriter, readFrame } from '@firsthop/wire';
import { decode } from '../workloads/decode.ts';
import { clusters } from '../workloads/workloads.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const megabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

const [name = '', seed = '1'] = process.argv.slice(2);
const cluster = clusters[name];
if (cluster === undefined) throw new Error(`no cluster ${name}`);
const objects = [...cluster.objects(Number(seed))];
const decoding = performance.now();
const changes = objects.map(decode);
const decode_ms = performance.now() - decoding;
objects.length = 0;
const before = megabytes();

const cpu = process.cpuUsage();
const begun = performance.now();
const compiler = new Compiler({ cluster: 'bench' });
for (const change of changes) compiler.apply(change);
const applied_ms = performance.now() - begun;
const deltas = compiler.flush({ epoch: 0, watermarks: new Map([['bench', 1]]) });
const flushed_ms = performance.now() - begun;
const writer = new FrameWriter();
/** What would wait to be sent, of each node. */
const queues: Frame[] = [];
for (const node of deltas.keys()) {
  const plan = compiler.snapshot(node);
  if (plan === undefined) throw new Error('there is a plan after a flush');
  queues.push(writer.snapshot(plan));
}
const wall_ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
const heap_peak_mb = process.memoryUsage().heapUsed / 1e6 - before;
const lengthOf = (pieces: Iterable<Uint8Array>): number => {
  let length = 0;
  for (const { byteLength } of pieces) length += byteLength;
  return length / 1e6;
};
const rss_mb = process.resourceUsage().maxRSS / 1000;
const sent_mb = queues.reduce((all, frame) => all + lengthOf(frame), 0);
const held_mb = lengthOf(new Set(queues.flat()));
const heap_mb = megabytes() - before;
// What was measured are plans, and not something else.
const [first = []] = queues;
const read = readFrame(Buffer.concat(first));
if (!read.ok) throw new Error(read.error);
console.log(JSON.stringify({ wall_ms, cpu_s: (user + system) / 1e6, apply_ms: applied_ms, flush_ms: flushed_ms - applied_ms, encode_ms: wall_ms - flushed_ms, decode_ms, nodes: queues.length, sent_mb, held_mb, heap_mb, heap_peak_mb, rss_mb }));
