/**
 * `firsthop lab up`: a lab to look at, that stays until `lab down`. With `--stay` it prints the matrix as observed with packets,
 * compares it with what the policies say, and stays until Ctrl-C; with `--once` it ends at once.
 *
 * @module
 */
import { exitCodes, UsageError } from '../exit-codes.ts';
import { readManifests, reportFaults } from '../input.ts';
import { Interrupted } from '../interrupted.ts';
import { compareMatrix, planMatrix, renderMatrix } from '../lab/matrix.ts';
import { chooseKernel } from '../lab/choose-kernel.ts';
import type { LabRun } from '../lab/lab-run.ts';
import { ProbeRunner } from '../lab/probe-runner.ts';
import { print, say } from '../terminal.ts';
import { startHeldLab } from './lab-hold.ts';
import { type LabSession, withLab } from './lab-session.ts';
import { whereToLook } from './where-to-look.ts';

export interface LabUpOptions {
  readonly file: readonly string[];
  readonly nodes: string;
  readonly once?: boolean;
  readonly stay?: boolean;
  readonly kernel: string;
}

export const labUp = async (options: LabUpOptions): Promise<number> => {
  const loaded = readManifests(options.file);
  if (!reportFaults(loaded)) return exitCodes.usage;
  if (![...loaded.clusters.values()].some(({ world }) => world.workloads.some(({ kind }) => kind !== 'host'))) throw new UsageError(`no pod and no virtual machine in ${options.file.join(', ')}: there is nothing to build`);
  const { kernel, why } = chooseKernel(options.kernel);
  if (kernel === 'linux') say('Firsthop lab: real packets between network namespaces, judged by the kernel.');
  else say(`Firsthop lab on the simulated kernel (${why ?? ''}): real managers and agents, no packets; observed: false.`);
  if (options.once !== true && options.stay !== true) return startHeldLab(options);
  try {
    return await withLab(loaded, { nodes: Number(options.nodes), outside: [], kernel }, (session) => show(session, options));
  } catch (error) {
    if (error instanceof Interrupted) return exitCodes.ok;
    throw error;
  }
};

const show = async ({ run, worlds, realizedAfter }: LabSession, { once }: LabUpOptions): Promise<number> => {
  const { nodes, workloads } = run.topology;
  say(`  ${worlds.size} clusters, ${nodes.length} nodes, ${workloads.filter(({ kind }) => kind === 'pod').length} pods, ${workloads.filter(({ kind }) => kind === 'vm').length} virtual machines (stand-ins: a namespace behind a bridge port).`);
  say(`  all policies realized after ${(realizedAfter / 1000).toFixed(2)} s; probing ...`);
  const matrix = planMatrix(worlds);
  const observed = (await new ProbeRunner(run).observeAll(matrix.cells.map(({ probe }) => probe))).map((one) => one?.verdict);
  print(`Who can talk to whom: open TCP ports out of ${matrix.ports.join(', ')}, ${run.ground.kernel === 'linux' ? `observed with ${matrix.cells.length} packets` : `as the simulated kernel says for ${matrix.cells.length} packets (observed: false)`}\n`);
  print(`${renderMatrix(matrix, observed)}\n`);
  const wrong = compareMatrix(matrix, observed, worlds);
  for (const { cell, observed: seen, expected } of wrong.slice(0, 20)) say(`DIFFERS ${matrix.rows[cell.from]?.label ?? ''} -> ${matrix.rows[cell.to]?.label ?? ''} TCP ${cell.port}: the kernel says ${seen}, the policies say ${expected}`);
  print(`${matrix.cells.length - wrong.length} of ${matrix.cells.length} cells are as the policies say.`);
  if (once !== true) await stay(run);
  return wrong.length === 0 ? exitCodes.ok : exitCodes.failed;
};

const stay = async (run: LabRun): Promise<void> => {
  print(`${whereToLook(run)}\nCtrl-C takes everything down.`);
  // The lab's processes keep this one alive, and no longer.
  await new Promise(() => undefined);
};
