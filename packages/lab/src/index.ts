export { demolish, LabNetwork, standingRuns } from './network.ts';
export { NamespaceScope } from './prober/namespace-scope.ts';
export { type Observation, type PacketProbe, Prober } from './prober/prober.ts';
export type { ProbeProtocol } from './prober/responder.ts';
export {
  exclusivePrefixes,
  type LabNode,
  type LabWish,
  type LabWorkload,
  managerAddresses,
  namespacePrefix,
  type NodeWish,
  planTopology,
  type Topology,
  type WorkloadWish,
} from './topology.ts';
