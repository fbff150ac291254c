export { Flood, type Flooded, type FloodOptions } from './flood/flood.ts';
export type { FloodPacket } from './flood/flood-packets.ts';
export type { LabGround, LabKernel } from './ground.ts';
export { LinuxGround } from './linux-ground.ts';
export { demolish, LabNetwork, standingRuns } from './network.ts';
export type { Observation, PacketProbe, ProbeProtocol } from './probe.ts';
export { FrameSocket } from './prober/frame-socket.ts';
export { NamespaceScope } from './prober/namespace-scope.ts';
export { Prober } from './prober/prober.ts';
export { Stream, StreamListener, type StreamPlace, type StreamProtocol } from './prober/stream.ts';
export { SimulatedGround } from './simulated/simulated-ground.ts';
export {
  exclusivePrefixes,
  type LabNode,
  type LabWish,
  type LabWorkload,
  namespacePrefix,
  type NodeWish,
  planTopology,
  type Topology,
  type WorkloadWish,
} from './topology.ts';
