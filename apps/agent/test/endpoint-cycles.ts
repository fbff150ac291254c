/**
 * Arguments: NAMESPACE CYCLES ENDPOINTS [memory|descriptors|kernel]. In each cycle so many endpoints, with names, labels and policies that were never
 * there before, come and go, from the compiler to the kernel of the namespace. Prints what is in use after each cycle as one line of JSON. The
 * last argument leaks some of it, on purpose.
 */
import { worldChanges } from '@firsthop/analysis';
import { Compiler } from '@firsthop/compiler';
import type { HostLinks } from '@firsthop/hostif';
import { loadManifests } from '@firsthop/manifest';
import { type Address, formatAddress, ipv4 } from '@firsthop/netaddr';
import { openSync, readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { StandingPipeline } from './standing-pipeline.ts';

const [netns = '', cycleText = '', sizeText = '', leak = ''] = process.argv.slice(2);
const [cycles, size] = [Number(cycleText), Number(sizeText)];
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const addressOf = (i: number): Address => ipv4(0x0a80_0000 + i);
/** Interfaces for all addresses that there will ever be: what is measured is ours, not that of ten thousand interfaces. */
const links: HostLinks = {
  links: new Map(Array.from({ length: size }, (_, i) => [`fhp${i}`, { name: `fhp${i}`, isUp: true }])),
  direct: new Map(Array.from({ length: size }, (_, i) => [addressOf(i), `fhp${i}`])),
  bridgeNetfilter: { 4: true, 6: true },
};
const pipeline = new StandingPipeline(netns, () => Promise.resolve(links));
const compiler = new Compiler({ cluster: 'local' });
let position = 0;
const realize = async (): Promise<void> => {
  compiler.flush({ epoch: 0, watermarks: new Map([['directory', ++position]]) });
  const plan = compiler.snapshot('n');
  if (plan === undefined) throw new Error('no plan');
  await pipeline.realize(plan);
};

const groups = 20;
const objects = (cycle: number): object[] => [
  ...Array.from({ length: size }, (_, i) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${cycle}-${i}`, namespace: 'app', uid: `u${cycle}-${i}`, labels: { app: `a${cycle}-${i % groups}` } }, spec: { nodeName: 'n', containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip: formatAddress(addressOf(i)) }] } })),
  ...Array.from({ length: groups }, (_, i) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `np${cycle}-${i}`, namespace: 'app' },
    spec: { podSelector: { matchLabels: { app: `a${cycle}-${i}` } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: `a${cycle}-${(i + 1) % groups}` } } }], ports: [{ protocol: 'TCP', port: 1000 + ((cycle * groups + i) % 60_000) }] }] },
  })),
];
const changesOf = (cycle: number) => {
  const world = [...loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }, ...objects(cycle)] }) }]).clusters.values()][0]?.world;
  if (world === undefined) throw new Error('no world');
  return worldChanges(world);
};

const leaked: unknown[] = [];
const leakOne = async (cycle: number): Promise<void> => {
  if (leak === 'memory') leaked.push(objects(cycle), changesOf(cycle));
  if (leak === 'descriptors') leaked.push(openSync('/dev/null', 'r'));
  if (leak === 'kernel') await pipeline.port.apply([`add chain inet firsthop base_of_${cycle} { type filter hook forward priority 7; policy accept; }`]);
};

/** Chains, rules, sets, elements and counters of ours in the kernel. */
const kernelObjects = async (): Promise<number> =>
  [...(await pipeline.port.read()).values()].reduce((sum, { chains, maps, counters }) => sum + counters.size + maps.size + chains.size + [...chains.values()].reduce((n, { rules }) => n + rules.length, 0) + [...maps.values()].reduce((n, { elements }) => n + elements.size, 0), 0);

for (let cycle = 0; cycle < cycles; cycle++) {
  const changes = changesOf(cycle);
  for (const change of changes) compiler.apply(change);
  await realize();
  const full = await kernelObjects();
  for (const change of changes) if (change.of === 'workload' || change.of === 'policy') compiler.apply({ ...change, now: undefined });
  await realize();
  await leakOne(cycle);
  collect();
  collect();
  const { heapUsed, rss, external } = process.memoryUsage();
  console.log(JSON.stringify({ heapUsed: heapUsed + external, rss, descriptors: readdirSync('/proc/self/fd').length, kernelObjects: await kernelObjects(), full }));
}
process.exit(0);
