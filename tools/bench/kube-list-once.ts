/** One run of following the pods of a large cluster, in a process of its own: until all are told. Argument: how many pods. */
import { HttpApiServer, Reflector, systemClock } from '@firsthop/kube';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const megabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

const [count = '100000'] = process.argv.slice(2);
const server = spawn(process.execPath, [fileURLToPath(new URL('pod-server.ts', import.meta.url)), count], { stdio: ['ignore', 'pipe', 'inherit'] });
const [port] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
const before = megabytes();
const rss_before_mb = process.memoryUsage().rss / 1e6;
const cpu = process.cpuUsage();
const begun = performance.now();
let told = 0;
const stop = new AbortController();
const listed = Promise.withResolvers<void>();
const api = new HttpApiServer({ url: new URL(`http://127.0.0.1:${port.trim()}`), options: () => Promise.resolve({}) });
interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: object };
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly podIP: string };
}
const keep = (object: unknown): object => {
  const { metadata, spec, status } = object as Pod;
  return { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels, node: spec.nodeName, address: status.podIP };
};
const following = new Reflector({ api, resource: { group: '', version: 'v1', plural: 'pods' }, clock: systemClock, keep, onChange: () => void told++, onNews: ({ kind }) => kind === 'listed' && listed.resolve() }).follow(stop.signal);
await listed.promise;
const wall_ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
const heap_mb = megabytes() - before;
if (told !== Number(count)) throw new Error(`${told} pods were told`);
console.log(JSON.stringify({ wall_ms, cpu_s: (user + system) / 1e6, pods_per_s: (told / wall_ms) * 1000, heap_mb, rss_growth_mb: process.resourceUsage().maxRSS / 1000 - rss_before_mb, rss_mb: process.resourceUsage().maxRSS / 1000 }));
stop.abort(new Error('over'));
await following;
api.close();
server.kill();
