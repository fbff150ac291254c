/** Arguments: FOLDER. Prints figures as JSON. */
import { Verdicts } from '@firsthop/analysis';
import type { Workload } from '@firsthop/inventory';
import type { Probe } from '@firsthop/policy';
import { loadFolder, peakMegabytes, timed } from './load-folder.ts';
import { seeded } from './random.ts';

const asked = 250_000;
const rounds = 4;

const [worlds, load_ms] = timed(() => loadFolder(process.argv[2] ?? ''));
const [verdicts, prepare_ms] = timed(() => new Verdicts(worlds));
const pods = [...worlds.values()].flatMap(({ workloads }) => workloads.filter(({ kind }) => kind === 'pod'));
const random = seeded(7);

const side = ({ id, endpoints }: Workload): Probe['source'][] => {
  const address = endpoints[0]?.addresses[0];
  return address === undefined ? [] : [{ address, workload: id }];
};
const sides = pods.flatMap(side);
const pick = (): Probe['source'] => sides[random(sides.length)] ?? sides[0] ?? (() => { throw new Error('no pods'); })();
const probes = Array.from({ length: asked }, (): Probe => ({ source: pick(), destination: pick(), protocol: 6, port: random(4) === 0 ? 8080 : 1000 + random(200) * 10 }));

let allowed = 0;
const ask = (): void => {
  for (const probe of probes) if (verdicts.judge(probe).verdict === 'allow') allowed++;
};
const [, first_ms] = timed(ask);
const [, wall_ms] = timed(() => {
  for (let round = 0; round < rounds; round++) ask();
});
console.log(JSON.stringify({ verdicts_per_s: (asked * rounds * 1000) / wall_ms, load_ms, prepare_ms, first_round_ms: first_ms, rss_mb: peakMegabytes(), allowed: allowed / (rounds + 1) }));
