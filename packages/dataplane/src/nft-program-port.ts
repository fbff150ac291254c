/**
 * The kernel through the `nft` program: no shell, text on standard input, a time limit on every call.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { type NftState, parseListing, TABLE, type TableFamily } from '@firsthop/ruleset';
import { spawn } from 'node:child_process';
import type { Count, KernelPort } from './kernel-port.ts';

const PATIENCE_MS = 30_000;
const FAMILIES: readonly TableFamily[] = ['inet', 'bridge'];

export interface NftProgramOptions {
  /** `ip netns` name; undefined = the namespace we run in. */
  readonly netns?: string;
}

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export const nftProgramPort = ({ netns }: NftProgramOptions): KernelPort => {
  const nft = (args: readonly string[], input = ''): Promise<Answer> => run([...(netns === undefined ? [] : ['ip', 'netns', 'exec', netns]), 'nft', ...args], input);
  return {
    apply: async (lines): Promise<Result<void, string>> => {
      const { code, error } = await nft(['-f', '-'], `${lines.join('\n')}\n`);
      return code === 0 ? ok(undefined) : fail(explain(error, lines));
    },
    read: async (): Promise<NftState> => {
      const tables = await Promise.all(FAMILIES.map(async (family) => ({ family, answer: await nft(['-s', '-p', 'list', 'table', family, TABLE]) })));
      const unreadable = tables.find(({ answer }) => answer.code !== 0 && !/No such file or directory/.test(answer.error));
      if (unreadable !== undefined) throw new Error(`nft cannot list our table: ${unreadable.answer.error.trim()}`);
      return new Map(tables.filter(({ answer }) => answer.code === 0).map(({ family, answer }) => [family, parseListing(answer.out)]));
    },
    counters: async (): Promise<ReadonlyMap<string, Count>> => {
      const { code, out, error } = await nft(['list', 'counters', 'table', 'inet', TABLE]);
      if (code !== 0) throw new Error(`nft cannot list our counters: ${error.trim()}`);
      return new Map([...out.matchAll(/counter (\S+) \{\s*packets (\d+) bytes (\d+)/g)].map(([, name = '', packets, bytes]) => [name, { packets: Number(packets), bytes: Number(bytes) }]));
    },
  };
};

/** nft names a line; we show what stands there. */
const explain = (error: string, lines: readonly string[]): string => {
  const line = /:(\d+):\d+/.exec(error)?.[1];
  const text = line === undefined ? undefined : lines[Number(line) - 1];
  return `${error.trim().split('\n')[0] ?? 'nft failed'}${text === undefined ? '' : ` in "${text.slice(0, 300)}"`}`;
};

const run = ([program = '', ...args]: readonly string[], input: string): Promise<Answer> =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: PATIENCE_MS, killSignal: 'SIGKILL' });
    let [out, error] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (error += part));
    child.stdin.on('error', () => undefined);
    child.on('error', (fault: NodeJS.ErrnoException) => resolve({ code: 127, out, error: fault.code === 'ENOENT' ? `${program} is not installed: install the package ${program === 'ip' ? 'iproute2' : 'nftables'}` : fault.message }));
    child.on('close', (code) => resolve({ code, out, error }));
    child.stdin.end(input);
  });
