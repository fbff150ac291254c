/**
 * `npm run bench -- NAME [--json]`: one benchmark with fixed seeds. Its last line is one JSON line (contracts.md section 4); `--json` prints
 * nothing else. `npm run bench -- NAME --write FOLDER` writes the objects that it is fed instead, for another implementation, and what happens to them then.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { arch, cpus, release, totalmem } from 'node:os';
import { connectivity, diff, verify } from './analysis-benches.ts';
import type { Bench } from './bench.ts';
import { calibrate } from './calibration.ts';
import { churnGrowth } from './churn-growth-bench.ts';
import { writeEvents, writeObjects } from './cluster-folder.ts';
import { clusterObjects, type ClusterShape } from './cluster-objects.ts';
import { computeBenches } from './compute-benches.ts';
import { kubeBenches } from './kube-benches.ts';
import { dataplaneClassify } from './dataplane-classify-bench.ts';
import { dataplaneDelta } from './dataplane-delta-bench.ts';
import { dataplaneRestart } from './dataplane-restart-bench.ts';
import { enforceLatency } from './enforce-latency-bench.ts';
import { fanOut } from './fan-out-bench.ts';
import { agentFootprint } from './footprint-bench.ts';
import { startup } from './startup-bench.ts';

const benches: readonly Bench[] = [verify, connectivity, diff, startup, dataplaneDelta, dataplaneRestart, dataplaneClassify, enforceLatency, agentFootprint, ...fanOut, ...computeBenches, ...kubeBenches, churnGrowth];

const rounded = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100);

const machine = (): object => ({ cpu: cpus()[0]?.model ?? '', cores: cpus().length, memory_gb: Math.round(totalmem() / 1e9), kernel: release(), arch: arch(), node: process.version });

const run = async (bench: Bench, isQuiet: boolean): Promise<void> => {
  const say = (text: string): void => void (isQuiet || !process.stderr.isTTY || process.stderr.write(`\r${bench.name}: ${text}   `));
  if (!isQuiet) console.log(`${bench.name}: ${bench.what}`);
  const calibration = calibrate();
  const metrics = Object.fromEntries(Object.entries(await bench.run(say)).map(([key, value]) => [key, rounded(value)]));
  say('done\n');
  if (!isQuiet) for (const [key, value] of Object.entries(metrics)) console.log(`  ${key.padEnd(28)} ${value}`);
  console.log(JSON.stringify({ bench: bench.name, metrics, workload: bench.workload, machine: machine(), calibration_ms: rounded(calibration) }));
};

/** False: it is fed no cluster. */
const write = ({ workload, objects, events }: Bench, folder: string): boolean => {
  const isShape = ['pods', 'workloads', 'policies', 'seed'].every((key) => typeof workload[key] === 'number');
  if (objects === undefined && !isShape) return false;
  mkdirSync(folder, { recursive: true });
  writeObjects(folder, objects?.() ?? clusterObjects(workload as unknown as ClusterShape));
  if (events !== undefined) writeEvents(folder, events());
  return true;
};

const [name = '', ...rest] = process.argv.slice(2);
const bench = benches.find((one) => one.name === name);
const at = rest.indexOf('--write');
if (bench === undefined) {
  console.error(`which benchmark? ${benches.map((one) => `${one.name} (${one.what})`).join('; ')}`);
  process.exitCode = 2;
} else if (at >= 0) {
  if (!write(bench, rest[at + 1] ?? '.')) {
    console.error(`${bench.name} is fed no cluster of Kubernetes objects`);
    process.exitCode = 2;
  }
} else await run(bench, rest.includes('--json'));
