/**
 * The machine that this agent works on: its kernel and its interfaces.
 *
 * @module
 */
import { type Connections, type FlowEventsOptions, type HardwareOf, kernelConnections, type KernelPort, netlinkPort, nftProgramPort, simulatedPort, watchFlowEvents, whyNotRegisters } from '@firsthop/dataplane';
import { type HostLinks, type LinkTraffic, listLinks, readTraffic, simulatedLinks, watchLinks } from '@firsthop/hostif';
import { chainEncoding, type Encoding, LOG_GROUP, registerEncoding } from '@firsthop/ruleset';
import type { AgentConfig } from './config.ts';

export interface Host {
  readonly port: KernelPort;
  readonly encoding: Encoding;
  /** Why it is not in registers, where that was left to us. */
  readonly whyChains?: string;
  /** Undefined: there is no way to them, and what policy denies comes to its end by itself. */
  readonly connections: Connections | undefined;
  readonly listLinks: () => Promise<HostLinks>;
  /** What the interfaces have moved. */
  readonly readTraffic: () => ReadonlyMap<string, LinkTraffic>;
  /** Calls back after links or routes changed. */
  readonly watchLinks: (onChange: () => void, signal: AbortSignal) => void;
  /** Of connections that begin, end, or are denied. Undefined: this kernel tells nothing. */
  readonly watchFlows: ((handlers: Omit<FlowEventsOptions, 'group'>) => { close(): void }) | undefined;
}

type Kernel = Pick<Host, 'port' | 'encoding' | 'whyChains'>;

const netlinkOr = (otherwise: (error: unknown) => KernelPort): KernelPort => {
  try {
    return netlinkPort({});
  } catch (error) {
    return otherwise(error);
  }
};

/** Netlink where it can be had; the nft program does all of it too, in chains, and takes longer. */
const linuxKernel = (wish: AgentConfig['encoding']): Kernel => {
  if (wish === 'registers') return { port: netlinkPort({}), encoding: registerEncoding() };
  let noNetlink: string | undefined;
  const port = netlinkOr((error) => {
    noNetlink = `there is no netlink: ${error instanceof Error ? error.message : String(error)}`;
    return nftProgramPort({});
  });
  if (wish === 'chains') return { port, encoding: chainEncoding };
  const whyChains = noNetlink ?? whyNotRegisters();
  return whyChains === undefined ? { port, encoding: registerEncoding() } : { port, encoding: chainEncoding, whyChains };
};

const linuxConnections = (hardwareOf: HardwareOf): Connections | undefined => {
  try {
    return kernelConnections({ hardwareOf });
  } catch {
    return undefined;
  }
};

/** `hardwareOf`: of machines, as the plan in force has it; for whoever tells ends of connections. */
export const hostOf = ({ kernel, encoding }: Pick<AgentConfig, 'kernel' | 'encoding'>, hardwareOf: HardwareOf = () => undefined): Host => {
  if (kernel === 'linux') return { ...linuxKernel(encoding), connections: linuxConnections(hardwareOf), listLinks, readTraffic, watchLinks, watchFlows: (handlers) => watchFlowEvents({ ...handlers, group: LOG_GROUP }) };
  // The links of a machine on paper are drawn before it starts and stay.
  return { port: simulatedPort(kernel.simulated), encoding: chainEncoding, connections: undefined, listLinks: () => simulatedLinks(kernel.simulated), readTraffic: () => new Map(), watchLinks: () => undefined, watchFlows: undefined };
};
