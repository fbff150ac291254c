/** An API server that has nothing but pods, as large as real ones are, in pages. Argument: how many. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [count = 100_000] = process.argv.slice(2).map(Number);
/** Of what managed fields, annotations, probes and volumes take in a real pod. */
const ballast = Array.from({ length: 40 }, (_, i) => ({ name: `FIELD_${i}`, value: 'something that nobody here reads, and that is as long as such things are'.slice(0, 40 + (i % 30)) }));
const pod = (i: number): object => ({
  metadata: { name: `pod-${i}`, namespace: `ns-${i >> 2}`, uid: `uid-${i}`, resourceVersion: String(1000 + i), labels: { app: `app-${i % 100}`, tier: 'web' } },
  spec: { nodeName: `node-${i % 1000}`, serviceAccountName: 'default', containers: [{ name: 'c', image: 'registry.example/app:1', env: ballast, ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] }] },
  status: { phase: 'Running', podIP: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`, podIPs: [{ ip: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}` }] },
});

const server = createServer((request, response) => {
  const query = new URL(request.url ?? '/', 'http://pods').searchParams;
  response.writeHead(200, { 'content-type': 'application/json' });
  if (query.has('watch')) return void response.flushHeaders();
  const [from, limit] = [Number(query.get('continue') ?? 0), Number(query.get('limit') ?? count)];
  const items = Array.from({ length: Math.min(limit, count - from) }, (_, i) => pod(from + i));
  const next = from + items.length;
  response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '999999', ...(next < count ? { continue: String(next) } : {}) }, items }));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
