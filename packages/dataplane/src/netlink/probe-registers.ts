/**
 * Whether the tools of this host survive rules that nft has no words for. They are tried on such rules in a namespace of our own, as programs of
 * their own: a tool that ends itself takes nobody along.
 *
 * @module
 */
import { KernelError, NfTables, withinScratchNamespace } from '@firsthop/netlink';
import { diffState, sampleRegisterState } from '@firsthop/ruleset';
import { spawnSync } from 'node:child_process';
import { SetCodecs } from './set-codecs.ts';
import { type Part, splitLines } from './split-lines.ts';

const patienceMs = 10_000;

/** Every one that walks through all tables. */
const tools: readonly (readonly string[])[] = [
  ['nft', 'list', 'ruleset'],
  ['nft', '-j', 'list', 'ruleset'],
  ['iptables-nft-save'],
  ['ip6tables-nft-save'],
];

/** Undefined: it did what it should, or is not installed. */
const faultOf = ([program = '', ...args]: readonly string[]): string | undefined => {
  const { status, signal, error, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: patienceMs, maxBuffer: 64 * 1024 * 1024 });
  if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  if (status === 0) return undefined;
  return `${[program, ...args].join(' ')} ends with ${signal ?? String(status)}${stderr === '' || stderr === null ? '' : `: ${stderr.trim().slice(0, 200)}`}`;
};

/** What the first tool that fails here says. */
export const toolFault = (): string | undefined => tools.map(faultOf).find((fault) => fault !== undefined);

const byProgram = (lines: readonly string[]): string | undefined => {
  const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: `${lines.join('\n')}\n`, encoding: 'utf8', timeout: patienceMs });
  return status === 0 ? undefined : `nft refuses our tables: ${String(stderr).trim().slice(0, 200)}`;
};

const byNetlink = (nft: NfTables, part: Extract<Part, { by: 'netlink' }>): string | undefined => {
  try {
    nft.change('inet', (batch) => {
      for (const { family, fill } of part.operations) fill(batch.in(family));
    });
    return undefined;
  } catch (error) {
    if (error instanceof KernelError) return `the kernel refuses our rules: ${error.message}`;
    throw error;
  }
};

const load = (nft: NfTables, steps: readonly (readonly string[])[]): string | undefined => {
  const codecs = new SetCodecs();
  for (const lines of steps)
    for (const part of splitLines(lines, codecs.of, (declarations) => codecs.learn(declarations))) {
      const fault = part.by === 'nft' ? byProgram(part.lines) : byNetlink(nft, part);
      if (fault !== undefined) return fault;
      if (part.by === 'nft') codecs.learn(part.lines);
    }
  return undefined;
};

type Steps = readonly (readonly string[])[];

const sampleSteps = (): Steps => diffState(new Map(), sampleRegisterState(), (a, b) => a === b).steps;

/** For people; undefined: all is well. Takes some tens of milliseconds, in which nothing else happens here. `steps`: what is tried, from nothing. */
export const whyNotRegisters = (steps: Steps = sampleSteps()): string | undefined => {
  try {
    return withinScratchNamespace(() => {
      const nft = new NfTables();
      try {
        return load(nft, steps) ?? toolFault();
      } finally {
        nft.close();
      }
    });
  } catch (error) {
    return `there is no namespace to try them in: ${error instanceof Error ? error.message : String(error)}`;
  }
};
