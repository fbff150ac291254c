/**
 * A lab that stays after its command has ended: `lab up` starts `lab hold` as a process of its own, hears from it over a
 * channel until every policy is realized, and lets it go. `lab down` ends it.
 *
 * @module
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { exitCodes } from '../exit-codes.ts';
import { readManifests } from '../input.ts';
import { chooseKernel } from '../lab/choose-kernel.ts';
import { standingLabs } from '../lab/lab-record.ts';
import { print, say } from '../terminal.ts';
import { type LabSession, withLab } from './lab-session.ts';
import { whereToLook } from './where-to-look.ts';

export interface LabHoldOptions {
  readonly file: readonly string[];
  readonly nodes: string;
  readonly kernel: string;
}

type Word = { readonly progress: string } | { readonly ready: string };

/** In the process that stays. */
export const labHold = async ({ file, nodes, kernel }: LabHoldOptions): Promise<number> => {
  const tell = (word: Word): void => void process.send?.(word);
  let isReady = false;
  // Whoever wanted the lab went away before it stood.
  process.on('disconnect', () => (isReady ? undefined : process.kill(process.pid, 'SIGTERM')));
  const stay = ({ run, realizedAfter }: LabSession): Promise<never> => {
    isReady = true;
    tell({ ready: `Lab ${run.run} is up, all policies realized after ${(realizedAfter / 1000).toFixed(2)} s.${whereToLook(run)}` });
    // The lab's processes keep this one alive, and no longer.
    return new Promise(() => undefined);
  };
  return withLab(readManifests(file), { nodes: Number(nodes), outside: [], kernel: chooseKernel(kernel).kernel, isHeld: true, onProgress: (progress) => tell({ progress }) }, stay);
};

/** In the command that returns. The input was found sound before. */
export const startHeldLab = async ({ file, nodes, kernel }: LabHoldOptions): Promise<number> => {
  const [standing] = standingLabs().filter(({ isHeld }) => isHeld);
  if (standing !== undefined) {
    say(`a lab is up already (${standing.run}): "firsthop lab status" shows it, "firsthop lab down" removes it.`);
    return exitCodes.failed;
  }
  const args = ['lab', 'hold', ...file.flatMap((path) => ['-f', path]), '--nodes', nodes, '--kernel', kernel];
  const child = fork(join(import.meta.dirname, '..', 'main.ts'), args, { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (words += part));
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.on('message', (word: Word) => ('ready' in word ? resolve(word.ready) : say(`  ${word.progress} ...`)));
    child.on('exit', () => resolve(undefined));
  });
  if (outcome === undefined) {
    say(words.trim());
    return exitCodes.failed;
  }
  child.stderr?.destroy();
  child.disconnect();
  child.unref();
  print(`${outcome}\n"firsthop status" shows what is in force, "firsthop lab down" removes everything.`);
  return exitCodes.ok;
};
