/**
 * What a lab stands on: network namespaces with real packets, or machines on paper.
 *
 * @module
 */
import type { Observation, PacketProbe } from './probe.ts';
import type { LabNode, NamespaceName, Topology } from './topology.ts';

export type LabKernel = 'linux' | 'simulated';

export interface LabGround {
  readonly kernel: LabKernel;
  readonly topology: Topology;
  build(): Promise<void>;
  /** Resolves when an answer came or patience ran out. */
  probe(probe: PacketProbe): Promise<Observation>;
  /** Command and arguments that start a program in a namespace. */
  enter(namespace: NamespaceName): readonly string[];
  /** Where the manager of the nth cluster listens. */
  managerEndpoint(cluster: number): { readonly host: string; readonly port: number };
  /** What an agent calls its kernel, in its settings. */
  kernelOf(node: LabNode): 'linux' | { readonly simulated: string };
  /** Removes all that `build` made. Safe to repeat. */
  remove(): void;
}
