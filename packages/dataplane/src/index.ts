export { Dataplane, type Outcome } from './dataplane.ts';
export type { Count, KernelPort } from './kernel-port.ts';
export { type NftAnswer, nftPort, type NftRunner } from './nft-port.ts';
export { nftProgramPort, type NftProgramOptions } from './nft-program-port.ts';
export { simulatedPort } from './simulated-port.ts';
