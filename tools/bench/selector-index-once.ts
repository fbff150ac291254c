/**
 * One run of the membership index alone, in a process of its own: 250,000 endpoints in 100 namespaces, each with three of 31 markers, and the selectors of
 * 10,000 policies of five rules, which ask for one marker each. Felix's own labels are not known; these are as many, in the
 * order in which an API server sends them.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MembershipIndex, type OwnFacts, type WorkloadSelector } from '@firsthop/selector';
import { seeded } from './random.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const megabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

const [endpoints, namespaces, markers, policies, rules] = [250_000, 100, 31, 10_000, 5];
const random = seeded(1);
const facts = Array.from({ length: endpoints }, (): OwnFacts => ({ kind: 'pod', cluster: 'bench', namespace: `ns-${random(namespaces)}`, labels: new Map([0, 1, 2].map(() => `marker-${random(markers)}`).sort().map((name) => [name, 'yes'])) }));
const names = Array.from({ length: endpoints }, (_, i) => `bench/uid-${i}`);
const asked = Array.from({ length: policies * rules }, () => random(markers));
const selectorOf = (marker: number): WorkloadSelector => ({ kind: 'pod', clusters: { kind: 'any' }, namespaces: { kind: 'any' }, labels: { requirements: [{ key: `marker-${marker}`, operator: 'Exists', values: [] }] } });
const before = megabytes();
const cpu = process.cpuUsage();
const begun = performance.now();
const index = new MembershipIndex<number, string>();
for (const marker of asked) index.addSelector(marker, selectorOf(marker));
for (const [i, own] of facts.entries()) index.onWorkload(names[i] ?? '', own);
const wall_ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
const heap_mb = megabytes() - before;
let members = 0;
for (let marker = 0; marker < markers; marker++) for (const _ of index.members(marker)) members++;
if (members !== facts.reduce((sum, { labels }) => sum + labels.size, 0)) throw new Error(`${members} members were found`);
console.log(JSON.stringify({ wall_ms, cpu_s: (user + system) / 1e6, members, heap_mb, rss_mb: process.resourceUsage().maxRSS / 1000 }));
