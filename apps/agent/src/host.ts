/**
 * The machine that this agent works on: its kernel and its interfaces.
 *
 * @module
 */
import { type KernelPort, netlinkPort, nftProgramPort, simulatedPort } from '@firsthop/dataplane';
import { type HostLinks, listLinks, simulatedLinks, watchLinks } from '@firsthop/hostif';
import type { AgentConfig } from './config.ts';

export interface Host {
  readonly port: KernelPort;
  readonly listLinks: () => Promise<HostLinks>;
  /** Calls back after links or routes changed. */
  readonly watchLinks: (onChange: () => void, signal: AbortSignal) => void;
}

/** Netlink where it can be had; the nft program does all of it too, and takes longer. */
const linuxPort = (): KernelPort => {
  try {
    return netlinkPort({});
  } catch {
    return nftProgramPort({});
  }
};

export const hostOf = (kernel: AgentConfig['kernel']): Host => {
  if (kernel === 'linux') return { port: linuxPort(), listLinks, watchLinks };
  // The links of a machine on paper are drawn before it starts and stay.
  return { port: simulatedPort(kernel.simulated), listLinks: () => simulatedLinks(kernel.simulated), watchLinks: () => undefined };
};
