/**
 * `firsthop lab down` and `lab status`: the labs that stand on this machine.
 *
 * @module
 */
import { demolish, standingRuns } from '@firsthop/lab';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../exit-codes.ts';
import { type LabRecord, standingLabs } from '../lab/lab-record.ts';
import { print } from '../terminal.ts';
import { status } from './status.ts';

const PATIENCE_MS = 15_000;

/** The process that holds a lab, if it lives and is what its record says. */
const isHolding = ({ pid }: LabRecord): boolean => {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self') || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0lab\0');
  } catch {
    return false;
  }
};

const gone = async (lab: LabRecord, within: number): Promise<boolean> => {
  const stands = (): boolean => existsSync(lab.folder) || isHolding(lab);
  for (const end = performance.now() + within; stands() && performance.now() < end; ) await delay(25);
  return !stands();
};

/** Its own end removes everything; if it cannot, its reaper does; if both are gone, we do. */
const takeDown = async (lab: LabRecord): Promise<void> => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isHolding(lab)) break;
    process.kill(lab.pid, signal);
    if (await gone(lab, PATIENCE_MS)) return;
  }
  demolish(lab.run);
  rmSync(lab.folder, { recursive: true, force: true });
};

/** Removes every lab that stands on this machine, also what is left of one that was never finished. */
export const labDown = async (): Promise<number> => {
  const labs = standingLabs();
  await Promise.all(labs.map(takeDown));
  const runs = new Set([...labs.map(({ run }) => run), ...standingRuns()]);
  for (const run of standingRuns()) demolish(run);
  print(runs.size === 0 ? 'no lab is standing' : `removed ${[...runs].join(', ')}`);
  return exitCodes.ok;
};

export const labStatus = async (): Promise<number> => {
  const labs = standingLabs();
  const strays = standingRuns().filter((stray) => !labs.some(({ run }) => run === stray));
  for (const lab of labs) print(`lab ${lab.run}: ${lab.kernel} kernel, held by process ${lab.pid}${isHolding(lab) ? '' : ', which is dead'}; files in ${lab.folder}`);
  for (const stray of strays) print(`lab ${stray}: namespaces firsthop-${stray}-* without a process that holds them; "firsthop lab down" removes them`);
  if (labs.length > 0) return status({ output: 'table' });
  if (strays.length === 0) print('no lab is standing');
  return exitCodes.ok;
};
