/**
 * The machine that this agent works on: its kernel and its interfaces.
 *
 * @module
 */
import { type KernelPort, nftProgramPort, simulatedPort } from '@firsthop/dataplane';
import { type HostLinks, listLinks, simulatedLinks, watchLinks } from '@firsthop/hostif';
import type { AgentConfig } from './config.ts';

export interface Host {
  readonly port: KernelPort;
  readonly listLinks: () => Promise<HostLinks>;
  /** Calls back after links or routes changed. */
  readonly watchLinks: (onChange: () => void, signal: AbortSignal) => void;
}

export const hostOf = (kernel: AgentConfig['kernel']): Host => {
  if (kernel === 'linux') return { port: nftProgramPort({}), listLinks, watchLinks };
  // The links of a machine on paper are drawn before it starts and stay.
  return { port: simulatedPort(kernel.simulated), listLinks: () => simulatedLinks(kernel.simulated), watchLinks: () => undefined };
};
