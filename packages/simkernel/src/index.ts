export { type ProgramAnswer, SimulatedNft } from './nftables/nft-program.ts';
export { type SimulatedLink, SimulatedMachine } from './machine/simulated-machine.ts';
export { SimulatedNetwork, type SimulatedObservation, type SimulatedProbe } from './machine/simulated-network.ts';
