/**
 * The real kernel through the `nft` program: no shell, text on standard input, a time limit on every call.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import type { KernelPort } from './kernel-port.ts';
import { type NftAnswer, nftPort, type NftRunner } from './nft-port.ts';

const PATIENCE_MS = 30_000;

export interface NftProgramOptions {
  /** `ip netns` name; undefined = the namespace we run in. */
  readonly netns?: string;
}

export const nftProgram =
  ({ netns }: NftProgramOptions): NftRunner =>
  (args, input = '') =>
    run([...(netns === undefined ? [] : ['ip', 'netns', 'exec', netns]), 'nft', ...args], input);

export const nftProgramPort = (options: NftProgramOptions): KernelPort => nftPort(nftProgram(options));

const run = ([program = '', ...args]: readonly string[], input: string): Promise<NftAnswer> =>
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
