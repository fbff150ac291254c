/** The real kernel, through the nft program, keeps the contract of kernel ports. */
import { execFileSync } from 'node:child_process';
import { kernelPortContract } from '@firsthop/testkit';
import { afterAll, beforeAll } from 'vitest';
import { nftProgramPort } from './nft-program-port.ts';

const netns = `firsthop-contract-${process.pid}`;
beforeAll(() => void execFileSync('ip', ['netns', 'add', netns]));
afterAll(() => void execFileSync('ip', ['netns', 'del', netns]));

kernelPortContract(
  () => nftProgramPort({ netns }),
  () => Promise.resolve(void execFileSync('ip', ['netns', 'exec', netns, 'nft', 'flush', 'ruleset'])),
);
