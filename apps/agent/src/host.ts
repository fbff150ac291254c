/**
 * The machine that this agent works on: its kernel and its interfaces.
 *
 * @module
 */
import { type Connections, type FlowEventsOptions, kernelConnections, type KernelPort, netlinkPort, nftProgramPort, simulatedPort, watchFlowEvents } from '@firsthop/dataplane';
import { type HostLinks, listLinks, simulatedLinks, watchLinks } from '@firsthop/hostif';
import { LOG_GROUP } from '@firsthop/ruleset';
import type { AgentConfig } from './config.ts';

export interface Host {
  readonly port: KernelPort;
  /** Undefined: there is no way to them, and what policy denies comes to its end by itself. */
  readonly connections: Connections | undefined;
  readonly listLinks: () => Promise<HostLinks>;
  /** Calls back after links or routes changed. */
  readonly watchLinks: (onChange: () => void, signal: AbortSignal) => void;
  /** Of connections that begin, end, or are denied. Undefined: this kernel tells nothing. */
  readonly watchFlows: ((handlers: Omit<FlowEventsOptions, 'group'>) => { close(): void }) | undefined;
}

/** Netlink where it can be had; the nft program does all of it too, and takes longer. */
const linuxPort = (): KernelPort => {
  try {
    return netlinkPort({});
  } catch {
    return nftProgramPort({});
  }
};

const linuxConnections = (): Connections | undefined => {
  try {
    return kernelConnections();
  } catch {
    return undefined;
  }
};

export const hostOf = (kernel: AgentConfig['kernel']): Host => {
  if (kernel === 'linux') return { port: linuxPort(), connections: linuxConnections(), listLinks, watchLinks, watchFlows: (handlers) => watchFlowEvents({ ...handlers, group: LOG_GROUP }) };
  // The links of a machine on paper are drawn before it starts and stay.
  return { port: simulatedPort(kernel.simulated), connections: undefined, listLinks: () => simulatedLinks(kernel.simulated), watchLinks: () => undefined, watchFlows: undefined };
};
