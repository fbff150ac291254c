export { type Connection, type Connections, kernelConnections } from './connections.ts';
export { Dataplane, type Outcome, type Realized, type Witness } from './dataplane.ts';
export { type EndedConnection, type FlowEventsOptions, type LoggedPacket, watchFlowEvents } from './flow-events.ts';
export type { Applied, Count, KernelPort } from './kernel-port.ts';
export { netlinkPort, type NetlinkPortOptions } from './netlink/netlink-port.ts';
export { type NftAnswer, nftPort, type NftRunner } from './nft-port.ts';
export { nftProgramPort, type NftProgramOptions } from './nft-program-port.ts';
export { simulatedPort } from './simulated-port.ts';
export { whyNotRegisters } from './netlink/probe-registers.ts';
